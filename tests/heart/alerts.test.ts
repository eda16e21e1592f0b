import { describe, expect, it, onTestFinished } from 'vitest';
import { Happenings } from '../../main/alerts/happenings.ts';
import { silentLog } from '../../main/lib/log.ts';
import { crashFact } from '../../main/reasons/crash-fact.ts';
import { createReasons } from '../../main/reasons/reasons-feature.ts';
import type { Alert } from '../../shared/model/alert.ts';
import { ending, type Program, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart, serverId } from '../support/heart.ts';

/** What a heart's host tells others, as it happens. */
function listen({ host, clock }: Heart): Alert[] {
  const told: Alert[] = [];
  const happenings = new Happenings({
    servers: host.servers,
    engine: host.monitor,
    health: host.health,
    news: host.news,
    now: clock.now,
    tell: (alert) => void told.push(alert),
  });
  const reasons = createReasons({
    store: host.store.store,
    servers: host.servers,
    audit: { page: () => [] },
    volumes: { usage: async () => null },
    sampler: { read: async () => null },
    monitor: host.monitor,
    onChange() {},
    onReport: (crash) => host.news.happened(crashFact(crash)),
    now: clock.now,
    elapsed: clock.now,
    log: silentLog,
  });
  onTestFinished(() => {
    happenings.close();
    reasons.close();
  });
  return told;
}
const events = (told: Alert[]) => told.map(({ event }) => event);

/** Runs the first time, then ends at once, as often as it is started. */
const onceThen = (then: Program): Program => {
  let runs = 0;
  return (context) => {
    runs += 1;
    return runs === 1 ? untilSignal() : then(context);
  };
};

describe('N1: what becomes an alert', () => {
  it('what is so already when the host begins is none; a start, a stop that was asked for and a restart of the host are told as little as they are news', async () => {
    const heart = await openHeart();
    await heart.createRunning();
    const told = listen(heart);
    await heart.clock.run(1000);
    heart.power('stop');
    await heart.reachRest();
    expect(told).toEqual([]);
    heart.power('start');
    await heart.reach('running');
    expect(told).toMatchObject([{ event: 'started', title: 's1 runs', server: { id: 's1', name: 's1' } }]);
    await heart.restartHost();
    const later = listen(heart);
    await heart.clock.run(1000);
    expect(later).toEqual([]);
  });

  it('a crash with its reason and what follows, each restart, and that it is given up', async () => {
    const heart = await openHeart();
    heart.program(onceThen(ending(7, 'Exception: no world')));
    await heart.createRunning({ restart_policy: 'on-failure' });
    const told = listen(heart);
    await heart.container().signal('SIGSEGV');
    await heart.clock.run(10 * 60_000);
    expect(events(told)[0]).toBe('crashed');
    expect(told[0]?.detail).toContain('It is started again (try 1 of 5)');
    expect(events(told).at(-1)).toBe('gave_up');
    expect(told.at(-1)?.detail).toMatch(/crashed \(exit code 7\)/);
  });

  it('an end from outside, an engine that is lost and back', async () => {
    const heart = await openHeart();
    await heart.createRunning();
    const told = listen(heart);
    await heart.outside.stop(`lightd-${serverId}`);
    await heart.clock.run(1000);
    expect(told).toMatchObject([{ event: 'stopped_outside', title: 's1 stopped, and nobody asked here' }]);
    await heart.engine.lose();
    await heart.clock.run(5000);
    await heart.engine.restore();
    await heart.clock.run(60_000);
    expect(events(told).slice(1)).toEqual(['engine_lost', 'engine_back']);
  });
});
