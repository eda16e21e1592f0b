import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../main/lib/log.ts';
import type { Reasons } from '../../main/reasons/reasons.ts';
import { createReasons } from '../../main/reasons/reasons-feature.ts';
import type { Crash } from '../../shared/model/crash.ts';
import { ending, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart, serverId } from '../support/heart.ts';

/** A heart whose host keeps crash reports. */
class Scene {
  readonly heart: Heart;
  private parts: ReturnType<typeof createReasons>;
  readonly changed: string[] = [];
  /** How far the clock on the wall was set ahead, in ms. */
  private ahead = 0;
  private available = 1e9;

  constructor(heart: Heart) {
    this.heart = heart;
    this.parts = this.open();
    onTestFinished(() => this.parts.close());
  }

  private open() {
    const { host, clock } = this.heart;
    return createReasons({
      store: host.store.store,
      servers: host.servers,
      audit: { page: () => [] },
      volumes: { usage: async () => ({ used: 1e6, available: this.available }) },
      sampler: { read: async () => null },
      monitor: host.monitor,
      health: host.health,
      onChange: (server) => void this.changed.push(server),
      now: () => clock.now() + this.ahead,
      elapsed: () => performance.now(),
      log: silentLog,
    });
  }

  get reasons(): Reasons {
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
    this.parts.close();
    if (how === 'kill') await this.heart.killHost(meanwhile);
    else await this.heart.restartHost(meanwhile);
    this.parts = this.open();
    await this.heart.clock.settle();
  }

  async list(): Promise<Crash[]> {
    await this.heart.clock.settle();
    await this.reasons.settled();
    return this.reasons.list(serverId);
  }

  /** The one report that there is. */
  async only(): Promise<Crash> {
    const all = await this.list();
    expect(all).toHaveLength(1);
    const [crash] = all;
    if (!crash) throw new Error('There is no report');
    return crash;
  }
}

async function openScene(): Promise<Scene> {
  return new Scene(await openHeart());
}

describe('R1 an end that nobody asked for leaves a report', () => {
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
    expect(await scene.only()).toMatchObject({
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
