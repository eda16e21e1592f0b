import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCgroupReader } from './cgroup-reader.ts';

const ID = '3a70506b38d0d69052b884743160ef0ecc8fd6fb8d9811f875677f23aa515cf7';
const PID = 4711;
const HOST_MEMORY = 16_000_000 * 1024;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lightdeck-cgroup-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function put(path: string, text: string): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

/** A machine on which process PID is in the cgroups given, with 1000 bytes received and 2000 sent. */
function machine(options: { mountinfo: string; cgroup: string }): void {
  put('proc/self/mountinfo', options.mountinfo);
  put(`proc/${PID}/cgroup`, options.cgroup);
  put('proc/meminfo', 'MemTotal:       16000000 kB\nMemAvailable: 1 kB\n');
  put(
    `proc/${PID}/net/dev`,
    'Inter-|   Receive | Transmit\n face |bytes packets\n    lo: 9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\n  eth0: 1000 1 0 0 0 0 0 0 2000 1 0 0 0 0 0 0\n',
  );
}

const V1_MOUNTS = [
  '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct',
  '35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
  '38 31 0:35 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio',
  '41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
].join('\n');

function v1Machine(): void {
  machine({
    mountinfo: V1_MOUNTS,
    cgroup: `7:blkio:/docker/${ID}\n4:memory:/docker/${ID}\n2:cpu,cpuacct:/docker/${ID}\n0::/docker/${ID}\n`,
  });
  put(`sys/fs/cgroup/cpu,cpuacct/docker/${ID}/cpuacct.usage`, '123456789\n');
  put(`sys/fs/cgroup/memory/docker/${ID}/memory.usage_in_bytes`, '5000000\n');
  put(`sys/fs/cgroup/memory/docker/${ID}/memory.limit_in_bytes`, '9223372036854771712\n');
  put(`sys/fs/cgroup/memory/docker/${ID}/memory.stat`, 'inactive_file 5\ntotal_inactive_file 1000000\n');
  put(
    `sys/fs/cgroup/blkio/docker/${ID}/blkio.throttle.io_service_bytes_recursive`,
    '8:0 Read 10\n8:0 Write 20\nTotal 30\n',
  );
  put(`sys/fs/cgroup/unified/docker/${ID}/cpu.stat`, 'usage_usec 1\n');
}

function v2Machine(options: { mountPoint?: string; path: string; folder: string }): void {
  const { mountPoint = '/sys/fs/cgroup', path, folder } = options;
  machine({
    mountinfo: `30 23 0:26 / ${mountPoint} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n`,
    cgroup: `0::${path}\n`,
  });
  const at = `${mountPoint}${folder}`;
  put(`${at}/cpu.stat`, 'usage_usec 2500\nuser_usec 2000\nsystem_usec 500\n');
  put(`${at}/memory.current`, '5000000\n');
  put(`${at}/memory.max`, '268435456\n');
  put(`${at}/memory.stat`, 'anon 1\ninactive_file 1000000\nactive_file 3\n');
  put(
    `${at}/io.stat`,
    '8:0 rbytes=10 wbytes=20 rios=1 wios=1 dbytes=0 dios=0\n8:16 rbytes=1 wbytes=2 rios=1\n',
  );
}

const open = (target = { containerId: ID, pid: PID as number | null }) =>
  createCgroupReader({ root, now: () => 77 }).open(target);

test('S7: v1, each controller in its own tree, an empty v2 beside them', () => {
  v1Machine();
  expect(open()?.read()).toEqual({
    at: 77,
    cpuNanos: 123456789,
    memoryUsage: 4_000_000,
    memoryLimit: HOST_MEMORY,
    networkRx: 1000,
    networkTx: 2000,
    blockRead: 10,
    blockWrite: 20,
  });
});

const V2_READING = {
  at: 77,
  cpuNanos: 2_500_000,
  memoryUsage: 4_000_000,
  memoryLimit: 268435456,
  networkRx: 1000,
  networkTx: 2000,
  blockRead: 11,
  blockWrite: 22,
};

test('S7: v2 with the systemd driver', () => {
  const scope = `/system.slice/docker-${ID}.scope`;
  v2Machine({ path: scope, folder: scope });
  expect(open()?.read()).toEqual(V2_READING);
});

test('S7: v2 with the cgroupfs driver, mounted elsewhere', () => {
  v2Machine({ mountPoint: '/mnt/cg', path: `/docker/${ID}`, folder: `/docker/${ID}` });
  expect(open()?.read()).toEqual(V2_READING);
});

test('S7: v2 with an init inside that moved itself into a nested cgroup: the whole container counts', () => {
  const scope = `/system.slice/docker-${ID}.scope`;
  v2Machine({ path: `${scope}/init.scope`, folder: scope });
  put(`/sys/fs/cgroup${scope}/init.scope/cpu.stat`, 'usage_usec 1\n');
  put(`/sys/fs/cgroup${scope}/init.scope/memory.current`, '1\n');
  expect(open()?.read()).toEqual(V2_READING);
});

test('S7: v2 without a limit gives the host memory, without the io controller no block totals', () => {
  const folder = `/docker/${ID}`;
  v2Machine({ path: folder, folder });
  put(`sys/fs/cgroup${folder}/memory.max`, 'max\n');
  rmSync(join(root, `sys/fs/cgroup${folder}/io.stat`));
  expect(open()?.read()).toEqual({ ...V2_READING, memoryLimit: HOST_MEMORY, blockRead: 0, blockWrite: 0 });
});

test('S7: v1 falls back to the older block files', () => {
  v1Machine();
  const folder = `sys/fs/cgroup/blkio/docker/${ID}`;
  rmSync(join(root, folder, 'blkio.throttle.io_service_bytes_recursive'));
  put(`${folder}/blkio.io_service_bytes_recursive`, '8:0 Read 5\n8:0 Write 6\n');
  expect(open()?.read()).toMatchObject({ blockRead: 5, blockWrite: 6 });
  put(`${folder}/blkio.throttle.io_service_bytes`, '8:0 Read 7\n8:0 Write 8\n');
  expect(open()?.read()).toMatchObject({ blockRead: 7, blockWrite: 8 });
});

test('S7: a reading is of now, also the limit', () => {
  v1Machine();
  const source = open();
  put(`sys/fs/cgroup/cpu,cpuacct/docker/${ID}/cpuacct.usage`, '200000000\n');
  put(`sys/fs/cgroup/memory/docker/${ID}/memory.limit_in_bytes`, '1000\n');
  expect(source?.read()).toMatchObject({ cpuNanos: 200_000_000, memoryLimit: 1000 });
});

test("S7: the host's own network is not the container's traffic", () => {
  v1Machine();
  mkdirSync(join(root, `proc/${PID}/ns`));
  mkdirSync(join(root, 'proc/self/ns'));
  symlinkSync('net:[1]', join(root, `proc/${PID}/ns/net`));
  symlinkSync('net:[2]', join(root, 'proc/self/ns/net'));
  expect(open()?.read()).toMatchObject({ networkRx: 1000, networkTx: 2000 });
  rmSync(join(root, 'proc/self/ns/net'));
  symlinkSync('net:[1]', join(root, 'proc/self/ns/net'));
  expect(open()?.read()).toMatchObject({ networkRx: 0, networkTx: 0 });
});

test('a process of that number that is in another cgroup is not taken for the container', () => {
  v1Machine();
  put(`proc/${PID}/cgroup`, '4:memory:/user.slice\n2:cpu,cpuacct:/user.slice\n0::/user.slice\n');
  expect(open()).toBeNull();
});

test('no such process, no pid, no files, no mounts, no /proc at all: null, never an error', () => {
  v1Machine();
  expect(open({ containerId: ID, pid: PID + 1 })).toBeNull();
  expect(open({ containerId: ID, pid: null })).toBeNull();
  expect(open({ containerId: ID, pid: 0 })).toBeNull();
  rmSync(join(root, `sys/fs/cgroup/memory/docker/${ID}/memory.stat`));
  expect(open()).toBeNull();
  put('proc/self/mountinfo', '');
  expect(open()).toBeNull();
  rmSync(join(root, 'proc'), { recursive: true });
  expect(open()).toBeNull();
});

test('a container that ends while it is watched reads as null', () => {
  v1Machine();
  const source = open();
  expect(source?.read()).not.toBeNull();
  rmSync(join(root, `sys/fs/cgroup/memory/docker/${ID}`), { recursive: true });
  expect(source?.read()).toBeNull();
});
