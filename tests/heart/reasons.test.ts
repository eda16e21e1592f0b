import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../main/lib/log.ts';
import { reasonsTables } from '../../main/reasons/crash-table.ts';
import type { Reasons } from '../../main/reasons/reasons.ts';
import { createReasons } from '../../main/reasons/reasons-feature.ts';
import type { Crash } from '../../shared/model/crash.ts';
import { ending, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart, serverId } from '../support/heart.ts';
import type { HeartHost } from '../support/heart-host.ts';

/** A heart whose host keeps crash reports. */
class Scene {
  private opened: Heart | null = null;
  private parts: ReturnType<typeof createReasons> | null = null;
  readonly changed: string[] = [];
  /** How far the clock on the wall was set ahead, in ms. */
  private ahead = 0;
  private available = 1e9;

  static async open(): Promise<Scene> {
    const scene = new Scene();
    scene.opened = await openHeart({ onHost: (host) => scene.join(host) });
    onTestFinished(() => scene.parts?.close());
    return scene;
  }

  get heart(): Heart {
    if (!this.opened) throw new Error('The heart is not open yet');
    return this.opened;
  }

  private join(host: HeartHost): void {
    this.parts = createReasons({
      store: host.store.store,
      servers: host.servers,
      audit: { page: () => [] },
      volumes: { usage: async () => ({ used: 1e6, available: this.available }) },
      sampler: { read: async () => null },
      monitor: host.monitor,
      health: host.health,
      onChange: (server) => void this.changed.push(server),
      now: () => Date.now() + this.ahead,
      elapsed: () => performance.now(),
      // Just before its servers were started: nothing of theirs comes of that.
      uptime: () => 60,
      log: silentLog,
    });
  }

  get reasons(): Reasons {
    if (!this.parts) throw new Error('There is no host');
    return this.parts.reasons;
  }

  setClockAhead(ms: number): void {
    this.ahead = ms;
  }

  fillVolume(): void {
    this.available = 0;
  }

  /** The host is restarted, or killed; `meanwhile` happens in between. */
  async again(how: 'restart' | 'kill', meanwhile: () => unknown = () => {}): Promise<void> {
    this.parts?.close();
    if (how === 'kill') await this.heart.killHost(meanwhile);
    else await this.heart.restartHost(meanwhile);
  }

  async list(): Promise<Crash[]> {
    await this.heart.clock.settle();
    await this.reasons.settled();
    return this.reasons.list(serverId);
  }

  /** The one report that there is. */
  async single(): Promise<Crash> {
    const all = await this.list();
    expect(all).toHaveLength(1);
    const [crash] = all;
    if (!crash) throw new Error('There is no report');
    return crash;
  }
}

const openScene = (): Promise<Scene> => Scene.open();

describe('K1 an end that nobody asked for leaves a report', () => {
  it('of an exit code, with the lines of that run alone, and what follows', async () => {
    const scene = await openScene();
    const { heart } = scene;
    heart.program(ending(0, 'Address already in use: from the run before'));
    await heart.create({ restart_policy: 'on-failure' });
    heart.power('start');
    await heart.reachRest();
    heart.program(async ({ print, sleep }) => {
      print('\x1b[31mSevere\x1b[0m: cannot go on\n');
      await sleep(2000);
      return 3;
    });
    heart.power('start');
    await heart.reach('exit');
    const [crash] = await scene.list();
    expect(crash).toMatchObject({
      kind: 'crash',
      code: 3,
      signal: null,
      oom: null,
      reason: 'crashed (exit code 3)',
      exit_words: 'ended with an error of its own (exit code 3)',
      cause: null,
      after: { next: 'restart', attempt: 1, of: 5 },
      was_ready: true,
      seen: false,
    });
    expect((crash?.at ?? 0) - (crash?.started_at ?? 0)).toBe(2000);
    expect(scene.reasons.detail(crash?.id ?? '')).toMatchObject({
      tail: 'Severe: cannot go on',
      is_thinned: false,
    });
    expect(scene.changed).toContain(serverId);
  });

  it('of a signal, in words', async () => {
    const scene = await openScene();
    scene.heart.program(ending(139));
    await scene.heart.create({ restart_policy: 'no' });
    scene.heart.power('start');
    await scene.heart.reachRest();
    expect(await scene.single()).toMatchObject({
      signal: 'SIGSEGV',
      exit_words: 'touched memory that wasn’t its own (SIGSEGV)',
      cause: { id: 'segfault' },
      after: { next: 'nothing' },
    });
  });

  it('not of a stop, a kill or a restart as asked', async () => {
    const scene = await openScene();
    scene.heart.program(untilSignal);
    await scene.heart.createRunning();
    scene.heart.power('restart');
    await scene.heart.reach('running');
    scene.heart.power('kill');
    await scene.heart.reachRest();
    expect(await scene.list()).toEqual([]);
  });
});

describe('K1 memory', () => {
  it('of the game: the limit is the cause, whatever it printed', async () => {
    const scene = await openScene();
    scene.heart.program(async ({ print, sleep, runOutOfMemory }) => {
      print('Address already in use\n');
      await sleep(1000);
      runOutOfMemory();
      return untilSignal();
    });
    await scene.heart.create({ restart_policy: 'no' });
    scene.heart.power('start');
    await scene.heart.reachRest();
    expect(await scene.single()).toMatchObject({
      oom: 'game',
      signal: 'SIGKILL',
      cause: { id: 'memory_limit' },
    });
  });

  it('of a child: what the game says itself when it fails without it comes second', async () => {
    const scene = await openScene();
    const { heart } = scene;
    heart.program(async ({ sleep }) => {
      await sleep(30_000);
      return 1;
    });
    await heart.createRunning({ restart_policy: 'no' });
    await heart.clock.run(10_000);
    heart.container().killChild();
    await heart.reachRest();
    expect(await scene.single()).toMatchObject({ oom: 'child', code: 1, cause: { id: 'memory_child' } });
  });
});

describe('K1 whatever happens around it', () => {
  it('a kill from outside is told as that', async () => {
    const scene = await openScene();
    scene.heart.program(untilSignal);
    await scene.heart.createRunning();
    await scene.heart.outside.kill(scene.heart.container().id, 'SIGKILL');
    await scene.heart.reachRest();
    expect(await scene.single()).toMatchObject({
      kind: 'outside',
      cause: { id: 'from_outside' },
      seen: false,
    });
  });

  it('an engine that is restarted under it: its report says so, needs no look, and what happened is in it', async () => {
    const scene = await openScene();
    const { heart } = scene;
    heart.program(untilSignal);
    await heart.createRunning({ restart_policy: 'on-failure' });
    await heart.engine.lose({ containers: 'end' });
    await heart.clock.run(5000);
    await heart.engine.restore();
    await heart.reach('running');
    const crash = await scene.single();
    expect(crash).toMatchObject({ kind: 'engine', cause: { id: 'engine_away' }, seen: true });
    expect(crash.after).toMatchObject({ next: 'restart' });
    const { host } = scene.reasons.detail(crash.id);
    expect(host.filter(({ kind }) => kind === 'engine')).toHaveLength(2);
  });

  it('a ready line that never comes: it says that it was not up, and so do its habits', async () => {
    const scene = await openScene();
    scene.heart.program(async ({ sleep }) => {
      await sleep(20_000);
      return 1;
    });
    await scene.heart.create({ restart_policy: 'no', start_pattern: 'never printed' });
    scene.heart.power('start');
    await scene.heart.reachRest();
    expect(await scene.single()).toMatchObject({ was_ready: false, code: 1 });
  });

  it('a crash loop: each try has its report, and the last one says that it is given up', async () => {
    const scene = await openScene();
    scene.heart.program(ending(3));
    await scene.heart.create({ restart_policy: 'on-failure' });
    scene.heart.power('start');
    await scene.heart.clock.run(120_000);
    const all = await scene.list();
    expect(all.map(({ after }) => ('attempt' in after ? after.attempt : after.next))).toEqual([
      'given_up',
      5,
      4,
      3,
      2,
      1,
    ]);
  });

  it('two crashes within a second are two reports, each with its own lines', async () => {
    const scene = await openScene();
    let run = 0;
    scene.heart.program(({ print }) => {
      run += 1;
      print(`run ${run}\n`);
      return 3;
    });
    await scene.heart.create({ restart_policy: 'no' });
    const { heart } = scene;
    heart.power('start');
    await heart.clock.until(() => heart.state() === 'exit' && run === 1);
    heart.power('start');
    await heart.clock.until(() => heart.state() === 'exit' && run === 2);
    const all = await scene.list();
    expect(all.map(({ id }) => scene.reasons.detail(id).tail)).toEqual(['run 2', 'run 1']);
    expect((all[0]?.at ?? 0) - (all[1]?.at ?? 0)).toBeLessThan(1000);
  });

  it('a full disk: the report waits, nothing ends, and it is written when there is room', async () => {
    const scene = await openScene();
    const { heart } = scene;
    heart.program(ending(3, 'bye'));
    await heart.create({ restart_policy: 'no' });
    heart.host.store.failFrom();
    heart.power('start');
    await heart.reachRest();
    expect(await scene.single()).toMatchObject({ code: 3, seen: false });
    expect(() => scene.reasons.see(serverId, 'nope')).toThrow(/no such/);
    heart.host.store.recover();
    await heart.clock.run(120_000);
    await scene.again('kill');
    expect(await scene.single()).toMatchObject({ code: 3 });
    expect(scene.reasons.detail((await scene.single()).id).tail).toBe('bye');
  });

  it('a clock that is set ahead is told as what happened on the machine', async () => {
    const scene = await openScene();
    const { heart } = scene;
    heart.program(async ({ sleep }) => {
      await sleep(60_000);
      return 1;
    });
    await heart.createRunning({ restart_policy: 'no' });
    await heart.clock.run(20_000);
    scene.setClockAhead(3_600_000);
    await heart.clock.run(10_000);
    scene.setClockAhead(0);
    await heart.reachRest();
    const { host } = scene.reasons.detail((await scene.single()).id);
    expect(host.map(({ text }) => text)).toEqual(
      expect.arrayContaining([expect.stringMatching(/set back by 60 minutes/)]),
    );
  });

  it('a volume without room is the cause of a failure that says nothing', async () => {
    const scene = await openScene();
    scene.heart.program(ending(1));
    scene.fillVolume();
    await scene.heart.create({ restart_policy: 'no' });
    scene.heart.power('start');
    await scene.heart.reachRest();
    expect(await scene.single()).toMatchObject({ cause: { id: 'no_room' } });
  });

  it('a cause that the engine tells late is put right', async () => {
    const scene = await openScene();
    const { heart } = scene;
    heart.engine.lateMemory = { by: 'event', afterMs: 4000 };
    heart.program(({ runOutOfMemory }) => {
      runOutOfMemory();
      return untilSignal();
    });
    await heart.create({ restart_policy: 'no' });
    heart.power('start');
    await heart.reachRest();
    expect(await scene.single()).toMatchObject({ oom: null, cause: { id: 'killed_inside' } });
    await heart.clock.run(5000);
    expect(await scene.single()).toMatchObject({ oom: 'game', cause: { id: 'memory_limit' } });
  });

  it('what ended while the host was away has its report, once', async () => {
    const scene = await openScene();
    scene.heart.program(untilSignal);
    await scene.heart.createRunning({ restart_policy: 'no' });
    const { id } = scene.heart.container();
    await scene.again('restart', () => scene.heart.outside.kill(id, 'SIGKILL'));
    await scene.again('restart');
    expect(await scene.list()).toHaveLength(1);
  });

  it('the last 50 are kept', async () => {
    const scene = await openScene();
    scene.heart.program(ending(3));
    await scene.heart.create({ restart_policy: 'no' });
    for (let i = 0; i < 53; i += 1) {
      scene.heart.power('start');
      await scene.heart.reachRest();
    }
    expect(await scene.list()).toHaveLength(50);
  });
});

describe('K6 the reports of a server that is deleted', () => {
  const how = { by: 'me', keep: true, withVolume: false };
  const crashed = async (): Promise<Scene> => {
    const scene = await openScene();
    scene.heart.program(ending(3, 'bye'));
    await scene.heart.create({ restart_policy: 'no' });
    scene.heart.power('start');
    await scene.heart.reachRest();
    await scene.single();
    return scene;
  };
  const rows = ({ heart }: Scene): unknown[] =>
    heart.host.store.store.tables(reasonsTables).all('SELECT server FROM reasons_crashes');

  it('come back with it, whole and as little seen as before; pages hear of it', async () => {
    const scene = await crashed();
    const before = await scene.single();
    await scene.heart.host.deleted.remove(serverId, how);
    expect(await scene.list()).toEqual([]);
    expect(scene.reasons.unseen()).toEqual([]);
    scene.changed.length = 0;
    await scene.heart.host.deleted.undelete(serverId);
    await scene.heart.reach('exit');
    expect(await scene.single()).toEqual(before);
    expect(scene.reasons.unseen()).toEqual([before]);
    expect(scene.reasons.detail(before.id).tail).toBe('bye');
    expect(scene.changed).toEqual([serverId]);
  });

  it('over a restart of the host in between', async () => {
    const scene = await crashed();
    await scene.heart.host.deleted.remove(serverId, how);
    await scene.again('restart');
    expect(scene.reasons.unseen()).toEqual([]);
    await scene.heart.host.deleted.undelete(serverId);
    await scene.again('kill');
    expect(await scene.single()).toMatchObject({ code: 3, seen: false });
  });

  it('are none of a later server of that id, and each comes back with its own', async () => {
    const scene = await crashed();
    const [first] = await scene.list();
    const { deleted } = scene.heart.host;
    const kept = await deleted.remove(serverId, how);
    scene.heart.program(untilSignal);
    await scene.heart.createRunning();
    expect(await scene.list()).toEqual([]);
    expect(scene.reasons.unseen()).toEqual([]);
    await deleted.remove(serverId, { ...how, keep: false });
    await deleted.undelete(serverId, kept?.deletion);
    await scene.heart.reach('exit');
    expect(await scene.list()).toEqual([first]);
  });

  it.each([
    ['at once', { ...how, keep: false }],
    ['when its time is over', how],
  ])('go for good with it: %s', async (_when, how) => {
    const scene = await crashed();
    expect(rows(scene)).toHaveLength(1);
    const { deleted } = scene.heart.host;
    const kept = await deleted.remove(serverId, how);
    expect(rows(scene)).toHaveLength(how.keep ? 1 : 0);
    if (kept) await deleted.purge(kept.deletion);
    expect(rows(scene)).toEqual([]);
  });

  it('also where the deletion waited for a full disk', async () => {
    const scene = await crashed();
    const { host } = scene.heart;
    host.store.failFrom();
    await host.deleted.remove(serverId, how);
    host.store.recover();
    await scene.heart.clock.run(60_000);
    await host.deleted.undelete(serverId);
    await scene.heart.reach('exit');
    expect(await scene.single()).toMatchObject({ code: 3 });
  });
});

describe('H1 the start that follows by itself', () => {
  it('is told with its time and its count, as long as it is to come, and can be called off', async () => {
    const scene = await openScene();
    const { heart } = scene;
    const next = () => heart.host.registry.server(serverId)?.summary().next_start;
    heart.program(ending(3));
    await heart.create({ restart_policy: 'on-failure' });
    expect(next()).toBeNull();
    heart.power('start');
    await heart.clock.until(() => next()?.attempt === 3);
    expect((next()?.at ?? 0) - heart.clock.now()).toBe(4000);
    heart.power('stop');
    expect(next()).toBeNull();
    await heart.clock.run(60_000);
    expect(heart.state()).toBe('exit');
  });
});
