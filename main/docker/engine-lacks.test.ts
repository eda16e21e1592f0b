import { describe, expect, it } from 'vitest';
import { recordedEngines } from '../../tests/support/recorded-engines.ts';
import { engineLacks } from './engine-lacks.ts';

describe('G16 what an engine lacks is told in words', () => {
  it.each(recordedEngines)('$name, which root runs, has all limits', (engine) => {
    const kind = engine.isPodman ? 'podman' : 'docker';
    const lacks = engineLacks(engine.reply('info'), kind);
    expect(lacks.filter((text) => text.includes('limit'))).toEqual([]);
    expect(lacks.some((text) => text.includes('input'))).toBe(engine.isPodman);
  });

  it.each([
    ['Docker', { CgroupDriver: 'none', MemoryLimit: false, SecurityOptions: ['name=rootless'] }, 'docker'],
    ['Podman', { CgroupDriver: 'cgroupfs', CgroupVersion: '1', MemoryLimit: true, Rootless: true }, 'podman'],
    ['Podman', { CgroupVersion: '1', SecurityOptions: ['name=seccomp', 'name=rootless'] }, 'podman'],
  ] as const)('%s as a user without control groups limits nothing', (_name, info, kind) => {
    const [first] = engineLacks(info, kind);
    expect(first).toMatch(/can't limit servers.*no effect/);
  });

  it('as a user on version 2 it limits what it says', () => {
    const own = { CgroupDriver: 'systemd', CgroupVersion: '2', SecurityOptions: ['name=rootless'] };
    expect(engineLacks({ ...own, MemoryLimit: true, CpuCfsQuota: true }, 'docker')).toEqual([]);
    expect(engineLacks({ ...own, MemoryLimit: true, CpuCfsQuota: false }, 'docker')).toHaveLength(1);
    expect(engineLacks({ ...own, MemoryLimit: false, CpuCfsQuota: true }, 'docker')).toHaveLength(1);
  });

  it('an answer of another form says nothing', () => {
    expect(engineLacks('no', 'docker')).toEqual([]);
    expect(engineLacks({ MemoryLimit: 'yes' }, 'docker')).toEqual([]);
  });
});
