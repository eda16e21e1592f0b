import { describe, expect, test } from 'vitest';
import type { EngineEvent } from './contract.ts';
import { LostMemoryNews } from './lost-memory-news.ts';
import { MemoryKills } from './memory-kills.ts';

const [id, other] = ['ab'.repeat(32), 'cd'.repeat(32)];

/** As Linux 6.18 has written it, with cgroups of version 1 and the engine's own names for them. */
const killed = (container: string, seconds: number, group = `/docker/${container}`): string =>
  `6,19221,${seconds * 1e6},-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=${container},mems_allowed=0,oom_memcg=${group},task_memcg=${group},task=tail,pid=18990,uid=0\n SUBSYSTEM=memory\n`;
const noise = '6,22973,3342480172,-;veth1eb4948 (unregistering): left allmulticast mode\n';

const killsOf = (records: string[], { at = 100, day = 0 } = {}): MemoryKills =>
  new MemoryKills({
    records: () => records,
    monotonic: () => at * 1000,
    uptime: () => day * 86_400_000,
  });

describe('S10 what the kernel killed for memory', () => {
  test.each([
    ['', `/docker/${id}`],
    ['by systemd', `/system.slice/docker-${id}.scope`],
    ['of Podman', `/machine.slice/libpod-${id}.scope/container`],
    ['of an engine in a container', `/docker/${other.slice(1)}/docker/${id}`],
  ])('is known by the group’s name %s', (_whose, group) => {
    const kills = killsOf([noise, killed(id, 95, group), noise]);
    expect([kills.hasJustKilled(id), kills.hasJustKilled(other)]).toEqual([true, false]);
  });

  test('counts for a short time: it is not the cause of an end that comes much later', () => {
    expect(killsOf([killed(id, 80), killed(other, 95)]).hasJustKilled(id)).toBe(false);
    expect(killsOf([killed(id, 80), killed(id, 95)]).hasJustKilled(id)).toBe(true);
  });

  test('is known, too, when the clock of the log has gone ahead or fallen behind since the boot', () => {
    expect(killsOf([killed(id, 103)], { day: 30 }).hasJustKilled(id)).toBe(true);
    expect(killsOf([killed(id, 1000)], { at: 1060, day: 30 }).hasJustKilled(id)).toBe(true);
  });

  test('is not known where the log can not be read', () => {
    const kills = new MemoryKills({
      records: () => {
        throw new Error('EPERM');
      },
    });
    expect(kills.hasJustKilled(id)).toBe(false);
  });
});

describe('S10 news of full memory that the engine has lost', () => {
  const news = (type: 'oom' | 'start', at: number): EngineEvent => ({ type, id, internalId: 'mc', at });
  const end = (at: number, exitCode = 137): EngineEvent => ({
    type: 'die',
    id,
    internalId: 'mc',
    at,
    exitCode,
  });
  const told = (events: EngineEvent[], hasJustKilled = true): string[] => {
    const lost = new LostMemoryNews(() => hasJustKilled);
    return events.flatMap((event) => lost.complete(event)).map(({ type, at }) => `${type} ${at}`);
  };

  test('are put in before the end that came of it', () => {
    expect(told([news('start', 1), end(50)])).toEqual(['start 1', 'oom 50', 'die 50']);
    expect(told([news('start', 1), end(50, 1)])).toEqual(['start 1', 'oom 50', 'die 50']);
  });

  test('are not put in for an end that went well, or that nothing was killed before', () => {
    expect(told([end(50, 0)])).toEqual(['die 50']);
    expect(told([end(50)], false)).toEqual(['die 50']);
  });

  test('are put in for each run that ends like that', () => {
    const all = [end(50), news('start', 60), end(70)];
    expect(told(all)).toEqual(['oom 50', 'die 50', 'start 60', 'oom 70', 'die 70']);
  });

  test('are told once, whether the engine’s own come before, after, or late', () => {
    expect(told([news('oom', 49), end(50)])).toEqual(['oom 49', 'die 50']);
    expect(told([end(50), news('oom', 90)])).toEqual(['oom 50', 'die 50']);
    expect(told([end(50), news('oom', 90), news('start', 91), news('oom', 92)])).toEqual([
      'oom 50',
      'die 50',
      'start 91',
      'oom 92',
    ]);
  });
});
