import { describe, expect, it } from 'vitest';
import { containerInfo } from './container-facts.ts';
import { isContainerName, isImageName } from './engine-names.ts';
import { statsReading } from './stats-reading.ts';

const base = {
  read: '2026-11-23T21:34:55.651805256Z',
  cpu_stats: { cpu_usage: { total_usage: 26_339_524 } },
  memory_stats: { usage: 1000, limit: 4000, stats: {} },
};

describe('statsReading', () => {
  it('S7: cgroup v1: memory without total_inactive_file', () => {
    const stats = { inactive_file: 100, total_inactive_file: 300, cache: 500 };
    const reading = statsReading({ ...base, memory_stats: { ...base.memory_stats, stats } });
    expect(reading).toMatchObject({
      at: 1_795_469_695_651,
      cpuNanos: 26_339_524,
      memoryUsage: 700,
      memoryLimit: 4000,
    });
  });

  it('S7: cgroup v2: memory without inactive_file', () => {
    const reading = statsReading({
      ...base,
      memory_stats: { ...base.memory_stats, stats: { inactive_file: 400, file: 900 } },
    });
    expect(reading?.memoryUsage).toBe(600);
  });

  it('S7: sums interfaces and devices, in either spelling', () => {
    const networks = { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } };
    const blocks = [
      { major: 8, minor: 0, op: 'Read', value: 5 },
      { major: 8, minor: 1, op: 'read', value: 6 },
      { major: 8, minor: 0, op: 'Write', value: 7 },
      { major: 8, minor: 0, op: 'Total', value: 100 },
    ];
    const reading = statsReading({ ...base, networks, blkio_stats: { io_service_bytes_recursive: blocks } });
    expect(reading).toMatchObject({ networkRx: 11, networkTx: 22, blockRead: 11, blockWrite: 7 });
  });

  it('S7: no network and no block figures are zero', () => {
    const reading = statsReading({ ...base, blkio_stats: { io_service_bytes_recursive: null } });
    expect(reading).toMatchObject({ networkRx: 0, networkTx: 0, blockRead: 0, blockWrite: 0 });
  });

  it('S7: a container that does not run gives none', () => {
    expect(statsReading({ ...base, read: '0001-01-01T00:00:00Z', memory_stats: {} })).toBeNull();
    expect(statsReading({ ...base, memory_stats: {} })).toBeNull();
  });
});

describe('containerInfo', () => {
  const state = { Status: 'exited', Running: false, OOMKilled: true, Pid: 0, ExitCode: 137, Error: '' };
  const times = { StartedAt: '2026-11-23T21:34:54.457760471Z', FinishedAt: '2026-11-23T21:34:56Z' };
  const Config = {
    Tty: true,
    Labels: { 'lightdeck.id': 'mc', 'lightdeck.role': 'server', 'lightdeck.host': 'h' },
  };

  it('S10: tells how the last run ended', () => {
    expect(containerInfo({ Id: 'x', Name: '/lightd-mc', State: { ...state, ...times }, Config })).toEqual({
      id: 'x',
      name: 'lightd-mc',
      internalId: 'mc',
      role: 'server',
      hostId: 'h',
      definitionHash: null,
      status: 'exited',
      running: false,
      pid: null,
      exitCode: 137,
      oomKilled: true,
      stoppedByUser: false,
      error: '',
      startedAt: 1_795_469_694_457,
      finishedAt: 1_795_469_696_000,
      tty: true,
      published: [],
    });
  });

  it('has no exit code before the first end, and never a time of the year 1', () => {
    const never = { StartedAt: '0001-01-01T00:00:00Z', FinishedAt: '0001-01-01T00:00:00Z' };
    const created = { ...state, ...never, Status: 'created', ExitCode: 0, OOMKilled: false };
    const info = containerInfo({ Id: 'x', Name: 'n', State: created, Config: { Labels: null } });
    expect(info).toMatchObject({
      exitCode: null,
      startedAt: null,
      finishedAt: null,
      internalId: null,
      role: null,
    });
  });

  it("S10: reads Podman's further words by whether it runs", () => {
    const info = containerInfo({
      Id: 'x',
      Name: 'n',
      State: { ...state, ...times, Status: 'stopped' },
      Config,
    });
    expect(info.status).toBe('exited');
  });
});

describe("names in the API's path", () => {
  it('A5: what could leave its place is refused', () => {
    for (const bad of ['', '../info', 'a/b', 'a?force=1', '.', 'a b'])
      expect(isContainerName(bad)).toBe(false);
    expect(isContainerName('lightd-a_b.c-1')).toBe(true);
    for (const bad of ['', '../../info', 'a?x', 'a//b', 'a b', 'a#b', '/a', 'a/'])
      expect(isImageName(bad)).toBe(false);
    for (const good of ['game', 'reg.io:5000/a/b_c:1.2', `a@sha256:${'0'.repeat(64)}`])
      expect(isImageName(good)).toBe(true);
  });
});
