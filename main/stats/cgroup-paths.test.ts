import { expect, test } from 'vitest';
import { cgroupMounts, containerCgroup, findCgroupFolder, parseProcCgroup } from './cgroup-paths.ts';

const ID = '3a70506b38d0d69052b884743160ef0ecc8fd6fb8d9811f875677f23aa515cf7';

test('mountinfo: cgroup mounts alone, with optional fields, joined controllers and escaped characters', () => {
  const text = [
    '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
    '33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:10 master:2 - cgroup cgroup rw,cpu,cpuacct',
    '35 31 0:32 /outer /mnt/a\\040\\303\\274 rw - cgroup cgroup rw,memory',
    '41 31 0:38 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw,nsdelegate',
    '',
  ].join('\n');
  expect(cgroupMounts(text)).toEqual([
    {
      version: 1,
      controllers: ['rw', 'cpu', 'cpuacct'],
      root: '/',
      mountPoint: '/sys/fs/cgroup/cpu,cpuacct',
    },
    { version: 1, controllers: ['rw', 'memory'], root: '/outer', mountPoint: '/mnt/a ü' },
    { version: 2, controllers: [], root: '/', mountPoint: '/sys/fs/cgroup/unified' },
  ]);
});

test('proc cgroup: v1 by controller, v2 apart, a colon in a path is part of it', () => {
  const text = `9:name=systemd:/docker/x\n4:cpu,cpuacct:/docker/y:z\n0::/docker/u\n`;
  const { v1, v2 } = parseProcCgroup(text);
  expect(Object.fromEntries(v1)).toEqual({
    'name=systemd': '/docker/x',
    cpu: '/docker/y:z',
    cpuacct: '/docker/y:z',
  });
  expect(v2).toBe('/docker/u');
  expect(parseProcCgroup('4:memory:/a\n').v2).toBeNull();
});

test('the container cgroup ends at the part with its id', () => {
  expect(containerCgroup(`/docker/${ID}`, ID)).toBe(`/docker/${ID}`);
  expect(containerCgroup(`/system.slice/docker-${ID}.scope/init.scope`, ID)).toBe(
    `/system.slice/docker-${ID}.scope`,
  );
  expect(containerCgroup(`/user.slice/user-1000.slice/docker-${ID}.scope`, ID)).toBe(
    `/user.slice/user-1000.slice/docker-${ID}.scope`,
  );
  const inner = 'f'.repeat(64);
  expect(containerCgroup(`/docker/${ID}/docker/${inner}`, inner)).toBe(`/docker/${ID}/docker/${inner}`);
});

test('a cgroup without the id, or out of sight, is not trusted', () => {
  expect(containerCgroup('/', ID)).toBeNull();
  expect(containerCgroup('/user.slice', ID)).toBeNull();
  expect(containerCgroup(`/../${ID}`, ID)).toBeNull();
  expect(containerCgroup('/docker/abc', '')).toBeNull();
  expect(containerCgroup(`/docker/${ID}`, ID.slice(0, 3))).toBeNull();
});

test('hybrid: the controller that v1 has is read there, the others in v2', () => {
  const mounts = cgroupMounts(
    '35 31 0:32 / /cg/memory rw - cgroup cgroup rw,memory\n41 31 0:38 / /cg/unified rw - cgroup2 cgroup2 rw\n',
  );
  const procCgroup = parseProcCgroup(`5:memory:/docker/${ID}\n0::/docker/${ID}\n`);
  const find = (controller: string) => findCgroupFolder({ mounts, procCgroup, containerId: ID, controller });
  expect(find('memory')).toEqual({ version: 1, folder: `/cg/memory/docker/${ID}` });
  expect(find('cpuacct')).toEqual({ version: 2, folder: `/cg/unified/docker/${ID}` });
});

test('only a part of the hierarchy is mounted: the path is taken relative to it, or another mount is used', () => {
  const procCgroup = parseProcCgroup(`5:memory:/outer/docker/${ID}\n`);
  const find = (lines: string[]) =>
    findCgroupFolder({
      mounts: cgroupMounts(lines.join('\n')),
      procCgroup,
      containerId: ID,
      controller: 'memory',
    });
  const other = '34 31 0:32 /out /elsewhere rw - cgroup cgroup rw,memory';
  const outer = '35 31 0:32 /outer /cg rw - cgroup cgroup rw,memory';
  expect(find([other, outer])).toEqual({ version: 1, folder: `/cg/docker/${ID}` });
  expect(find([other])).toBeNull();
  expect(find([])).toBeNull();
});
