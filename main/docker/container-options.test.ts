import { describe, expect, it } from 'vitest';
import { noResourceSettings } from '../../shared/model/resources.ts';
import { containerOptions } from './container-options.ts';
import type { ContainerSpec } from './contract.ts';

const spec: ContainerSpec = {
  name: 'lightd-mc',
  internalId: 'mc',
  hostId: 'host-1',
  role: 'server',
  definitionHash: 'abc',
  image: 'game:1',
  command: 'java -jar server.jar',
  environment: { EULA: 'TRUE', MOTD: 'a=b' },
  tty: true,
  user: null,
  volumePath: '/data/volumes/mc',
  mounts: { '/maps': 'C:\\maps\\one' },
  ports: [
    { ip: '0.0.0.0', host_port: 25565, container_port: 25565, protocol: 'tcp' },
    { ip: '127.0.0.1', host_port: 25566, container_port: 25565, protocol: 'tcp' },
    { ip: '0.0.0.0', host_port: 19132, container_port: 19132, protocol: 'udp' },
  ],
  limits: { memory: 512 * 1024 * 1024, cpu: 1.5 },
  resources: noResourceSettings,
  network: 'lightdeck',
  log: { maxSizeMiB: 10, maxFiles: 3 },
};

describe('containerOptions', () => {
  const options = containerOptions(spec);
  const host = options.HostConfig ?? {};

  it('B7 a read-only root has small scratch folders in memory, from which programs can run; else nothing of it is asked', () => {
    expect([host.ReadonlyRootfs, host.Tmpfs]).toEqual([undefined, undefined]);
    const closed = containerOptions({
      ...spec,
      readOnlyRoot: true,
      mounts: { '/run': '/srv/run' },
    }).HostConfig;
    const size = Math.floor((512 * 1024 * 1024) / 12);
    const options = `rw,exec,nosuid,nodev,mode=1777,size=${size}`;
    expect(closed?.ReadonlyRootfs).toBe(true);
    expect(closed?.Tmpfs).toEqual({ '/tmp': options, '/var/tmp': options });
    const free = { ...spec, readOnlyRoot: true, limits: { memory: null, cpu: null } };
    expect(containerOptions(free).HostConfig?.Tmpfs?.['/run']).toContain(`size=${256 * 1024 * 1024}`);
  });

  it('A7: runs the command under a shell in /home/container with standard input open and a TTY', () => {
    expect(options).toMatchObject({
      Image: 'game:1',
      Entrypoint: ['/bin/sh', '-c'],
      Cmd: ['java -jar server.jar'],
      WorkingDir: '/home/container',
      OpenStdin: true,
      StdinOnce: false,
      Tty: true,
      Env: ['EULA=TRUE', 'MOTD=a=b'],
    });
    expect(options.StopSignal).toBeUndefined();
    expect(containerOptions({ ...spec, tty: false }).Tty).toBe(false);
  });

  it('A7: is labelled as ours', () => {
    expect(options.Labels).toEqual({
      'lightdeck.id': 'mc',
      'lightdeck.host': 'host-1',
      'lightdeck.role': 'server',
      'lightdeck.definition': 'abc',
    });
  });

  it('A7: is fenced in: capabilities, privileges, processes, log size, its own network, no restart by the engine', () => {
    expect(host).toMatchObject({
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 512,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10485760', 'max-file': '3' } },
      NetworkMode: 'lightdeck',
      RestartPolicy: { Name: 'no' },
      Init: true,
    });
    expect(host.Privileged).toBeUndefined();
    expect(host.CapAdd).not.toContain('NET_RAW');
  });

  it('A7, A8: mounts the volume and the rest as they are written, colons and all', () => {
    expect(host.Binds).toBeUndefined();
    expect(host.Mounts).toEqual([
      { Type: 'bind', Source: '/data/volumes/mc', Target: '/home/container' },
      { Type: 'bind', Source: 'C:\\maps\\one', Target: '/maps' },
    ]);
    const readOnly = containerOptions({ ...spec, readOnlyMounts: ['/maps'] }).HostConfig?.Mounts;
    expect(readOnly?.map((mount) => mount.ReadOnly)).toEqual([undefined, true]);
  });

  it('A5: publishes every port, several of one container port too', () => {
    expect(options.ExposedPorts).toEqual({ '25565/tcp': {}, '19132/udp': {} });
    expect(host.PortBindings).toEqual({
      '25565/tcp': [
        { HostIp: '0.0.0.0', HostPort: '25565' },
        { HostIp: '127.0.0.1', HostPort: '25566' },
      ],
      '19132/udp': [{ HostIp: '0.0.0.0', HostPort: '19132' }],
    });
  });

  it('A5: limits memory without extra swap, and CPU; no limit sets nothing', () => {
    expect(host).toMatchObject({
      Memory: 536_870_912,
      MemorySwap: 536_870_912,
      CpuPeriod: 100_000,
      CpuQuota: 150_000,
    });
    const free = containerOptions({ ...spec, limits: { memory: null, cpu: null } }).HostConfig ?? {};
    expect(free.Memory).toBeUndefined();
    expect(free.MemorySwap).toBeUndefined();
    expect(free.CpuQuota).toBeUndefined();
  });
});
