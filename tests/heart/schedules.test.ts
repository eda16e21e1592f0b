import { describe, expect, it, onTestFinished } from 'vitest';
import type { AuditEntry } from '../../main/audit/contract.ts';
import { silentLog } from '../../main/lib/log.ts';
import type { PlayersSource } from '../../main/schedules/contract.ts';
import { scheduleTables } from '../../main/schedules/schedule-table.ts';
import type { Schedules } from '../../main/schedules/schedules.ts';
import { createSchedules } from '../../main/schedules/schedules-feature.ts';
import { LightdeckError } from '../../shared/errors.ts';
import {
  keptRuns,
  maxSchedules,
  type ScheduleDefinition,
  type ScheduleStep,
} from '../../shared/model/schedule.ts';
import { ending } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import { shell } from './checks.ts';

const minute = 60_000;
const hour = 60 * minute;

const command = (
  text: string,
  { delay = 0, continue_on_failure = false }: { delay?: number; continue_on_failure?: boolean } = {},
): ScheduleStep => ({ action: 'command', command: text, delay, continue_on_failure });
const restart = (minutes: number[] | null, warning = 'say Restart in {time}.'): ScheduleStep => ({
  action: 'restart',
  delay: 0,
  continue_on_failure: false,
  warnings: minutes && { minutes, command: warning },
});
const stop: ScheduleStep = { action: 'stop', delay: 0, continue_on_failure: false, warnings: null };

/** A heart whose host has schedules, with a running server that echoes. */
class Scene {
  readonly heart: Heart;
  schedules: Schedules;
  readonly recorded: Omit<AuditEntry, 'at'>[] = [];
  readonly changed: string[] = [];

  constructor(heart: Heart) {
    this.heart = heart;
    this.schedules = this.open();
    onTestFinished(() => this.schedules.close());
  }

  /** What this host says of who plays; undefined: it doesn't know such a thing. */
  players: PlayersSource | undefined = undefined;

  /** As with another source of player counts. */
  openAgain(players: PlayersSource): void {
    this.schedules.close();
    this.players = players;
    this.schedules = this.open();
  }

  private open(): Schedules {
    const { host, clock } = this.heart;
    return createSchedules({
      store: host.store.store,
      servers: host.servers,
      operations: host.operations,
      audit: { record: (entry) => void this.recorded.push(entry) },
      health: host.health,
      ...(this.players ? { players: this.players } : {}),
      onChange: (server) => void this.changed.push(server),
      now: clock.now,
      log: silentLog,
    });
  }

  /** The host is killed and is back at once, or after so many ms. */
  async kill(awayMs = 0): Promise<void> {
    this.schedules.close();
    await this.heart.killHost(() => this.heart.clock.run(awayMs));
    this.schedules = this.open();
    await this.heart.clock.settle();
  }

  add(steps: ScheduleStep[], more: Partial<ScheduleDefinition> = {}): string {
    return this.schedules.create('s1', {
      name: 'nightly',
      cron: '* * * * *',
      time_zone: 'UTC',
      enabled: true,
      steps,
      conditions: { running: false, empty: false },
      missed: 'skip',
      missed_limit: 60,
      ...more,
    }).id;
  }

  /** Of a schedule, oldest first. */
  runs(id: string) {
    return this.schedules.history('s1', id).reverse();
  }

  states(id: string): string[] {
    return this.runs(id).map(({ state }) => state);
  }

  /** Lets time go by until the newest run of the schedule is over; its words. */
  async ended(id: string): Promise<string> {
    const last = () => this.runs(id).at(-1);
    await this.heart.clock.until(
      () => !['waiting', 'running'].includes(last()?.state ?? 'waiting'),
      () => `the run to end, it is ${JSON.stringify(last())}`,
    );
    return `${last()?.state}: ${last()?.result}`;
  }

  /** What the server printed of what it was told. */
  async told(): Promise<string[]> {
    await this.heart.clock.settle();
    return (await this.heart.history()).split('\n').filter((line) => line.startsWith('> '));
  }
}

async function openScene(): Promise<Scene> {
  const heart = await openHeart();
  heart.program(shell);
  await heart.createRunning();
  // Ten seconds past some hour: no schedule of these tests is due by chance.
  await heart.clock.run(hour - (heart.clock.now() % hour) + 10_000);
  return new Scene(heart);
}

/** In so many minutes from now on the minute, as a daily time. */
const dailyIn = (scene: Scene, minutes: number): string => {
  const at = new Date(scene.heart.clock.now() + minutes * minute);
  return `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
};

describe('W1 a run', () => {
  it('does its steps in their order, with their pauses, each time once', async () => {
    const scene = await openScene();
    const id = scene.add([command('one'), command('two', { delay: 5 })]);
    await scene.heart.clock.run(3 * minute);
    expect(await scene.told()).toEqual(['> one', '> two', '> one', '> two', '> one', '> two']);
    expect(scene.states(id)).toEqual(['done', 'done', 'done']);
    const [first] = scene.runs(id);
    expect(first).toMatchObject({ trigger: 'time', step: 2, steps: 2, result: 'done' });
    expect((first?.planned_at ?? 1) % minute).toBe(0);
    expect((first?.ended_at ?? 0) - (first?.began_at ?? 0)).toBe(5000);
    expect(scene.changed).toContain('s1');
  });

  it('ends with a step that failed, unless that step says to go on', async () => {
    const scene = await openScene();
    scene.heart.power('stop');
    await scene.heart.reachRest();
    const strict = scene.add([command('one'), restart(null)], { cron: dailyIn(scene, 1) });
    const lenient = scene.add([command('one', { continue_on_failure: true }), restart(null)], {
      cron: dailyIn(scene, 2),
    });
    await scene.heart.clock.run(minute);
    expect(await scene.ended(strict)).toMatch(
      /^failed: step 1 of 2 \(command\) failed: the command was not sent/,
    );
    expect(scene.heart.state()).toBe('exit');
    await scene.heart.clock.run(minute);
    expect(await scene.ended(lenient)).toMatch(/^failed: step 1 of 2/);
    expect(scene.heart.state()).toBe('running');
  });

  it('is skipped in words where the server has to run and doesn’t', async () => {
    const scene = await openScene();
    scene.heart.power('stop');
    await scene.heart.reachRest();
    const id = scene.add([restart(null)], { conditions: { running: true, empty: false } });
    await scene.heart.clock.run(minute);
    expect(await scene.ended(id)).toBe("skipped: the server didn't run");
    expect(scene.heart.state()).toBe('exit');
  });

  it('that waits for nobody to play is refused until somebody counts, and then holds to the count', async () => {
    const scene = await openScene();
    const conditions = { running: false, empty: true };
    expect(() => scene.add([command('one')], { conditions })).toThrow(
      /nobody can tell whether somebody plays on this server/,
    );
    const counts = [2, null, 0];
    scene.openAgain({ tells: (server) => server === 's1', count: async () => counts.shift() ?? null });
    expect([scene.schedules.knowsPlayers('s1'), scene.schedules.knowsPlayers('s2')]).toEqual([true, false]);
    const id = scene.add([command('one')], { conditions });
    await scene.heart.clock.run(3 * minute);
    expect(scene.runs(id).map(({ state, result }) => `${state}: ${result}`)).toEqual([
      'skipped: 2 players were there',
      'skipped: nobody could tell whether somebody plays',
      'done: done',
    ]);
    expect(await scene.told()).toEqual(['> one']);
  });

  it('by hand: at once, not twice at the same time, and cancelled as an operation', async () => {
    const scene = await openScene();
    const id = scene.add([command('one'), command('two', { delay: 600 })], { enabled: false });
    const { run, operation } = scene.schedules.runNow('s1', id);
    expect(run).toMatchObject({ trigger: 'hand', state: 'waiting' });
    expect(() => scene.schedules.runNow('s1', id)).toThrow(/is running already/);
    await scene.heart.clock.run(minute);
    expect(scene.schedules.get('s1', id)).toMatchObject({
      next_run: null,
      last_run: { state: 'running', step: 2 },
    });
    const { operations } = scene.heart.host;
    expect(operations.get(operation?.id ?? '')).toMatchObject({
      kind: 'schedule_run',
      title: 'Schedule nightly',
      state: 'running',
      progress: { current: 2, total: 2, text: 'Step 2 of 2, command: waits for 600 s' },
    });
    operations.cancel(operation?.id ?? '');
    await scene.heart.clock.settle();
    expect(scene.states(id)).toEqual(['cancelled']);
    expect(operations.get(operation?.id ?? '')?.state).toBe('cancelled');
    expect(await scene.told()).toEqual(['> one']);
  });

  it('is on record with the schedule as the actor, and the last fifty are kept', async () => {
    const scene = await openScene();
    const id = scene.add([command('one')]);
    await scene.heart.clock.run((keptRuns + 5) * minute);
    const runs = scene.runs(id);
    expect(runs).toHaveLength(keptRuns);
    expect(new Set(runs.map(({ planned_at }) => planned_at)).size).toBe(keptRuns);
    expect(scene.heart.host.recorded.filter(({ action }) => action === 'schedule_run').at(-1)).toMatchObject({
      actor: 'schedule nightly',
      container: 's1',
      result: 'ok',
    });
  });
});

describe('W5 stops and restarts', () => {
  it('warn in other languages by the number of minutes alone', async () => {
    const scene = await openScene();
    scene.add([restart([2, 1], 'say Neustart in {minutes} min')], { cron: dailyIn(scene, 8) });
    await scene.heart.clock.run(7.5 * minute);
    expect(await scene.told()).toEqual(['> say Neustart in 2 min', '> say Neustart in 1 min']);
  });

  it('warn players at the chosen minutes, and happen at their time', async () => {
    const scene = await openScene();
    const id = scene.add([restart([1, 5, 3])], { cron: dailyIn(scene, 8) });
    const container = scene.heart.container();
    await scene.heart.clock.run(7.5 * minute);
    expect(await scene.told()).toEqual([
      '> say Restart in 5 minutes.',
      '> say Restart in 3 minutes.',
      '> say Restart in 1 minute.',
    ]);
    expect(container.isRunning).toBe(true);
    await scene.heart.clock.run(minute);
    expect(await scene.ended(id)).toBe('done: done');
    expect(scene.heart.state()).toBe('running');
    const began = scene.heart.host.servers.get('s1')?.started_at ?? 0;
    expect(Math.abs(began - (scene.runs(id)[0]?.planned_at ?? 0))).toBeLessThan(minute);
  });

  it('a stop by hand meanwhile wins, before the restart and during it', async () => {
    const scene = await openScene();
    const id = scene.add([restart([5])], { cron: dailyIn(scene, 8) });
    await scene.heart.clock.run(5 * minute);
    scene.heart.power('stop');
    await scene.heart.reachRest();
    expect(await scene.ended(id)).toMatch(/^skipped: step 1 of 1 \(restart\): somebody stopped the server/);
    expect(scene.heart.state()).toBe('exit');
    scene.heart.power('start');
    await scene.heart.reach('running');
    const other = scene.add([restart(null), command('after')], { cron: dailyIn(scene, 3) });
    const gate = scene.heart.engine.book.hold('start');
    await scene.heart.clock.until(() => scene.heart.state() === 'starting');
    scene.heart.power('kill');
    gate.release();
    expect(await scene.ended(other)).toMatch(/^skipped: .*somebody stopped the server/);
    await scene.heart.clock.run(5 * minute);
    expect(scene.heart.state()).toBe('exit');
  });

  it('a power step ends where it was to bring the server, or says why not', async () => {
    const scene = await openScene();
    const step = (action: 'start' | 'kill'): ScheduleStep => ({
      action,
      delay: 0,
      continue_on_failure: false,
    });
    const [starting, killing, stopping] = [step('start'), step('kill'), stop].map((one) =>
      scene.add([one], { enabled: false }),
    );
    const run = async (id: string | undefined): Promise<string> => {
      scene.schedules.runNow('s1', id ?? '');
      return `${await scene.ended(id ?? '')}, ${scene.heart.state()}`;
    };
    expect(await run(starting)).toBe('done: done, running');
    expect(await run(killing)).toBe('done: done, exit');
    expect(await run(killing)).toBe('done: done, exit');
    expect(await run(stopping)).toBe('done: done, exit');
    expect(await run(starting)).toBe('done: done, running');
    expect(await run(stopping)).toBe('done: done, exit');
    scene.heart.host.servers.change('s1', { restart_policy: 'no' });
    scene.heart.program(ending(1, 'no'));
    expect(await run(starting)).toMatch(/^failed: .*The server did not come up: .*, exit$/);
    scene.heart.host.servers.change('s1', { start_pattern: 'never' });
    scene.heart.program(shell);
    scene.schedules.runNow('s1', starting ?? '');
    await scene.heart.clock.run(31 * minute);
    expect(await scene.ended(starting ?? '')).toMatch(/^failed: .*was not ready after 30 minutes$/);
  });

  it('two schedules at the same moment come one after the other', async () => {
    const scene = await openScene();
    const cron = dailyIn(scene, 2);
    const first = scene.add([restart(null), command('first', { delay: 5 })], { cron });
    const second = scene.add([stop, command('second')], { cron, name: 'second' });
    await scene.heart.clock.until(() => scene.runs(second).length > 0);
    expect([scene.states(first), scene.states(second)]).toEqual([['running'], ['waiting']]);
    expect(await scene.ended(second)).toMatch(/step 2 of 2 \(command\) failed/);
    expect(scene.states(first)).toEqual(['done']);
    expect(await scene.told()).toEqual(['> first']);
    expect(scene.runs(second)[0]?.began_at).toBeGreaterThanOrEqual(
      scene.runs(first)[0]?.ended_at ?? Infinity,
    );
  });

  it('one that is still under way when it is due again leaves that out, and says so', async () => {
    const scene = await openScene();
    const id = scene.add([command('one'), command('two', { delay: 90 })]);
    await scene.heart.clock.run(4.5 * minute);
    expect(scene.states(id)).toEqual(['done', 'skipped', 'done', 'skipped']);
    expect(scene.runs(id)[1]?.result).toBe('the run before was still under way');
  });
});

describe('W6 what goes', () => {
  it('a server takes its schedules along, and what was under way ends', async () => {
    const scene = await openScene();
    const id = scene.add([command('one'), command('two', { delay: 600 })]);
    await scene.heart.clock.run(minute);
    scene.heart.power('kill');
    await scene.heart.reachRest();
    await scene.heart.host.servers.remove('s1');
    await scene.heart.clock.run(minute);
    expect(scene.schedules.list('s1')).toEqual([]);
    expect(() => scene.schedules.get('s1', id)).toThrow(LightdeckError);
    expect(scene.heart.host.operations.running()).toEqual([]);
    await scene.kill();
    expect(scene.schedules.list('s1')).toEqual([]);
  });

  it('A25 come back with a server that was deleted and is had back, also after the host has started again', async () => {
    const scene = await openScene();
    scene.heart.power('kill');
    await scene.heart.reachRest();
    const id = scene.add([command('x')], { cron: '0 0 1 1 *' });
    const busy = scene.add([command('x')]);
    await scene.heart.clock.run(70_000);
    const before = scene.schedules.get('s1', id);
    const runs = scene.runs(busy).length;
    await scene.heart.host.deleted.remove('s1', { by: 'me', keep: true, withVolume: false });
    await scene.heart.clock.run(200_000);
    expect(scene.schedules.list('s1')).toEqual([]);
    await scene.kill();
    expect(scene.schedules.list('s1')).toEqual([]);
    await scene.heart.host.deleted.undelete('s1');
    await scene.heart.clock.settle();
    expect(scene.schedules.get('s1', id)).toMatchObject({ name: before.name, next_run: before.next_run });
    // What was due meanwhile is not made up for.
    expect(scene.runs(busy)).toHaveLength(runs);
    await scene.heart.clock.run(61_000);
    expect(scene.runs(busy)).toHaveLength(runs + 1);

    const { deletion } =
      (await scene.heart.host.deleted.remove('s1', { by: 'me', keep: true, withVolume: false })) ?? {};
    await scene.heart.host.deleted.purge(deletion ?? '');
    const { store } = scene.heart.host.store;
    expect(store.tables(scheduleTables).all('SELECT * FROM schedules_schedules')).toEqual([]);
    expect(store.tables(scheduleTables).all('SELECT * FROM schedules_runs')).toEqual([]);
  });

  it('a schedule that is deleted ends what it was doing', async () => {
    const scene = await openScene();
    const id = scene.add([command('one'), command('two', { delay: 600 })]);
    await scene.heart.clock.run(minute);
    scene.schedules.remove('s1', id);
    await scene.heart.clock.run(20 * minute);
    expect(await scene.told()).toEqual(['> one']);
    expect(scene.heart.host.operations.running()).toEqual([]);
  });

  it('there are no more than fifty of a server', async () => {
    const scene = await openScene();
    for (let count = 0; count < maxSchedules; count += 1) scene.add([command('x')], { enabled: false });
    expect(() => scene.add([command('x')])).toThrow(/can have 50 schedules/);
  });
});

describe('W3 a host that was away', () => {
  it('tells what was missed, or makes up for it once', async () => {
    const scene = await openScene();
    const skipped = scene.add([command('skipped')], { cron: '0 * * * *' });
    const made = scene.add([command('made')], { cron: '0 * * * *', missed: 'run_once', missed_limit: 30 });
    await scene.kill(3 * hour + 5 * minute);
    await scene.heart.clock.run(minute);
    expect(await scene.told()).toEqual(['> made']);
    expect(scene.states(skipped)).toEqual(['missed']);
    expect(scene.runs(skipped)[0]?.result).toMatch(/^3 times passed while the host was off/);
    expect(scene.states(made)).toEqual(['missed', 'done']);
    expect(scene.recorded).toMatchObject([
      { action: 'schedule_run', result: expect.stringMatching(/^missed: /) },
      { action: 'schedule_run', result: expect.stringMatching(/^missed: /) },
    ]);
  });

  it('a store that can’t be written holds runs back, and they are told when it can be again', async () => {
    const scene = await openScene();
    const id = scene.add([command('one')], { cron: dailyIn(scene, 2) });
    scene.heart.host.store.failFrom();
    await scene.heart.clock.run(10 * minute);
    expect(await scene.told()).toEqual([]);
    expect(() => scene.add([command('two')])).toThrow(LightdeckError);
    scene.heart.host.store.recover();
    await scene.heart.clock.run(minute);
    expect(scene.states(id)).toEqual(['missed']);
    expect(await scene.told()).toEqual([]);
  });
});

describe('W7 a host that is killed at any write', () => {
  /** Writes of two runs with two steps each. */
  const numbers = Array.from({ length: 14 }, (_, index) => index + 1);

  const kills = numbers.flatMap((nth) => [['before', nth] as const, ['after', nth] as const]);

  it.each(kills)('%s write %i: no run comes twice, and none is lost without a word', async (when, nth) => {
    const scene = await openScene();
    const id = scene.add([command('one'), command('two', { delay: 3 })]);
    const from = scene.heart.clock.now();
    const { store } = scene.heart.host;
    const last = store.writes.length + nth;
    if (when === 'before') store.failFrom(last);
    await scene.heart.clock.until(() => store.writes.length >= last);
    await scene.kill();
    await scene.heart.clock.run(3 * minute);
    const runs = scene.runs(id);
    const planned = runs.map(({ planned_at }) => planned_at);
    const due: number[] = [];
    for (let at = Math.ceil(from / minute) * minute; at <= scene.heart.clock.now(); at += minute)
      due.push(at);
    expect(planned).toEqual(due);
    const told = await scene.told();
    // The last one may be at its second step just now.
    const begun = runs.filter(({ state }) => ['done', 'interrupted', 'running'].includes(state)).length;
    const done = runs.filter(({ state }) => state === 'done').length;
    for (const line of ['> one', '> two']) {
      const count = told.filter((text) => text === line).length;
      expect(count).toBeGreaterThanOrEqual(done);
      expect(count).toBeLessThanOrEqual(begun);
    }
    expect(runs.filter(({ state }) => state === 'interrupted').length).toBeLessThanOrEqual(1);
  });

  it('the run under way is told as interrupted, and not begun again', async () => {
    const scene = await openScene();
    const id = scene.add([command('one'), command('two', { delay: 600 })], { cron: dailyIn(scene, 1) });
    await scene.heart.clock.run(minute);
    await scene.kill();
    await scene.heart.clock.run(20 * minute);
    expect(scene.states(id)).toEqual(['interrupted']);
    expect(scene.runs(id)[0]?.result).toBe('the host ended while it was at step 2 of 2');
    expect(await scene.told()).toEqual(['> one']);
    expect(scene.recorded.at(-1)).toMatchObject({
      actor: 'schedule nightly',
      result: 'interrupted: the host ended while it was at step 2 of 2',
    });
  });
});
