import { describe, expect, it, onTestFinished } from 'vitest';
import type { HostFact } from '../../main/feature/host-news.ts';
import { silentLog } from '../../main/lib/log.ts';
import type { OperationRun } from '../../main/operations/operations.ts';
import { updateScheduleAction } from '../../main/schedules/actions/update-action.ts';
import type { PlayersSource } from '../../main/schedules/contract.ts';
import type { Schedules } from '../../main/schedules/schedules.ts';
import { createSchedules } from '../../main/schedules/schedules-feature.ts';
import { UpdateChecker } from '../../main/updates/checker.ts';
import { scheduledUpdates } from '../../main/updates/scheduled.ts';
import { UpdateTable, updateTables } from '../../main/updates/tables.ts';
import { Updater } from '../../main/updates/updater.ts';
import { viewOf } from '../../main/updates/views.ts';
import type { Backup } from '../../shared/model/backup.ts';
import type { Operation } from '../../shared/model/operation.ts';
import type { ScheduleDefinition, ScheduleStep } from '../../shared/model/schedule.ts';
import { ending, type Program, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';

const image = 'registry.example/game:latest';
const version = (digit: string) => ({
  id: `sha256:${digit.repeat(64)}`,
  digest: `registry.example/game@sha256:${digit.repeat(64)}`,
  digests: [`registry.example/game@sha256:${digit.repeat(64)}`],
  size: 1000,
});
const hour = 3_600_000;

/** Runs on every image but those with this digit. */
const brokenOn =
  (digit: string): Program =>
  (context) =>
    context.spec.image.includes(digit.repeat(64)) ? ending(3, 'I am broken')(context) : untilSignal();

const point: Backup = {
  id: 'point',
  container_id: 's1',
  server_name: 's1',
  at: 1,
  kind: 'restore_point',
  note: '',
  how: 'stopped',
  files: 1,
  bytes: 1,
  new_bytes: 1,
  unsteady: { count: 0, paths: [] },
  left_out: { count: 0, paths: [] },
  checked_at: null,
  damaged: 0,
  rehearsed_at: null,
  rehearsal: null,
  can_become_server: true,
};

/** A heart whose host can update a server that runs on the first version; backups are as if. */
class Scene {
  readonly heart: Heart;
  readonly facts: HostFact[] = [];
  /** What was asked of the backups. */
  readonly asked: string[] = [];
  /** Thrown by the next restore point. */
  noRoom: Error | null = null;
  /** What the next restore point waits for. */
  gate: Promise<void> = Promise.resolve();
  table: UpdateTable;
  updater: Updater;
  checker: UpdateChecker;

  constructor(heart: Heart) {
    this.heart = heart;
    const parts = this.open();
    this.table = parts.table;
    this.updater = parts.updater;
    this.checker = parts.checker;
    onTestFinished(() => this.close());
  }

  private open() {
    const { host, clock } = this.heart;
    host.news.onFact((fact) => void this.facts.push(fact));
    const table = new UpdateTable(host.store.store.tables(updateTables));
    const parts = {
      servers: host.servers,
      monitor: host.monitor,
      operations: host.operations,
      news: host.news,
      now: clock.now,
      log: silentLog,
      random: () => 0.5,
      table,
      backups: {
        restorePoint: async () => {
          this.asked.push(`point while ${this.heart.state()}`);
          await this.gate;
          if (this.noRoom) throw this.noRoom;
          return point;
        },
        restore: (server: string, id: string, { by }: { by: string }) =>
          host.operations.start({
            kind: 'restore',
            container: server,
            title: 'restore',
            scope: 'backups',
            by,
            run: async (_run: OperationRun) => {
              this.asked.push(`restore ${id} while ${this.heart.state()}`);
              return {};
            },
          }),
      },
    };
    const checker = new UpdateChecker(parts);
    return { table, updater: new Updater(parts), checker };
  }

  close(): void {
    this.updater.close();
    this.checker.close();
  }

  /** The host is killed at this moment, and is back. */
  async kill(meanwhile: () => void): Promise<void> {
    this.close();
    await this.heart.killHost(meanwhile);
    const parts = this.open();
    this.table = parts.table;
    this.updater = parts.updater;
    this.checker = parts.checker;
    void this.updater.recover();
    await this.heart.clock.settle();
  }

  view() {
    const server = this.heart.host.servers.get('s1');
    if (!server) throw new Error('it is gone');
    const { table, updater } = this;
    return viewOf(server, {
      table,
      monitor: this.heart.host.monitor,
      operationOf: (id) => updater.operationOf(id),
    });
  }

  update(restorePoint = true) {
    return this.follow(this.updater.update({ server: 's1', by: 'me', restorePoint }).ended);
  }

  /** Schedules of this host, with updates among what they do. */
  schedules(players: PlayersSource | null = null): Schedules {
    const { host, clock } = this.heart;
    const updates = scheduledUpdates({ ...this, servers: host.servers, monitor: host.monitor });
    const schedules = createSchedules({
      store: host.store.store,
      servers: host.servers,
      operations: host.operations,
      audit: { record: () => {} },
      more: [updateScheduleAction({ updates, operations: host.operations, servers: host.servers })],
      players,
      onChange: () => {},
      now: clock.now,
      log: silentLog,
    });
    onTestFinished(() => schedules.close());
    return schedules;
  }

  /** A run by hand of a schedule with these steps, to its end; how it ended. */
  async runOf(steps: ScheduleStep[], more: Partial<ScheduleDefinition> = {}, players?: PlayersSource) {
    const schedules = this.schedules(players);
    const { id } = schedules.create('s1', {
      name: 'nightly',
      cron: '0 4 * * *',
      time_zone: 'UTC',
      enabled: false,
      steps,
      conditions: { running: false, empty: false },
      missed: 'skip',
      missed_limit: 60,
      ...more,
    });
    schedules.runNow('s1', id);
    const last = () => schedules.history('s1', id)[0];
    await this.heart.clock.until(() => !['waiting', 'running'].includes(last()?.state ?? 'waiting'));
    schedules.close();
    return `${last()?.state}: ${last()?.result}`;
  }

  takeBack(files = false) {
    return this.follow(this.updater.takeBack({ server: 's1', by: 'me', files }).ended);
  }

  async follow(ended: Promise<Operation>): Promise<Operation> {
    let over: Operation | null = null;
    void ended.then((operation) => {
      over = operation;
    });
    await this.heart.clock.until(() => over !== null);
    return ended;
  }

  /** The image of the container that runs. */
  runsOn = () => this.heart.container().spec.image;
  pin = () => this.heart.host.servers.get('s1')?.definition.image_pin;
}

async function open(program: Program = untilSignal, named = image): Promise<Scene> {
  const heart = await openHeart();
  heart.engine.images.publish(image, version('a'));
  heart.program(program);
  await heart.createRunning({ image: named });
  const scene = new Scene(heart);
  heart.engine.images.publish(image, version('b'));
  return scene;
}

describe('U1 U2: newer images are noticed', () => {
  it('by digest, and told once', async () => {
    const scene = await open();
    await scene.checker.check(image);
    await scene.checker.check(image);
    expect(await scene.view()).toMatchObject({
      image,
      version: version('a').digest,
      size: 1000,
      newer: { digest: version('b').id, taken_back: false },
      problem: null,
    });
    expect(scene.facts).toEqual([
      { event: 'update_available', container: 's1', title: 'has a newer image', detail: image },
    ]);
  });
});

describe('U3 U5: an update', () => {
  it('stops the server, makes a restore point, runs on the very image, and can be taken back', async () => {
    const scene = await open();
    const ended = await scene.update();
    expect(ended).toMatchObject({ state: 'done', result: { updated: true, version: version('b').digest } });
    expect(scene.asked).toEqual(['point while exit']);
    expect(scene.runsOn()).toBe(version('b').digest);
    expect(scene.heart.state()).toBe('running');
    await scene.checker.check(image);
    expect(await scene.view()).toMatchObject({
      version: version('b').digest,
      newer: null,
      previous: { version: version('a').digest, restore_point: 'point' },
    });
    expect(await scene.takeBack(true)).toMatchObject({ state: 'done' });
    expect(scene.asked.at(-1)).toBe('restore point while exit');
    expect(scene.runsOn()).toBe(version('a').digest);
    expect(scene.heart.state()).toBe('running');
    await scene.checker.check(image);
    expect(await scene.view()).toMatchObject({ newer: { taken_back: true }, previous: null });
    expect(scene.facts.map(({ event }) => event)).toEqual(['update_applied']);
  });

  it('of another server on the same image changes nothing', async () => {
    const scene = await open();
    await scene.heart.createRunning({ image: 'registry.example/game:latest' }, 's2');
    await scene.update();
    const before = scene.heart.container('s2').spec.image;
    scene.heart.power('restart', 's2');
    await scene.heart.reach('running', 's2');
    expect(scene.heart.container('s2').spec.image).toBe(before);
  });

  it('to the image that is here already does nothing', async () => {
    const scene = await open();
    scene.heart.engine.images.publish(image, { ...version('a'), digest: version('c').digest });
    expect(await scene.update()).toMatchObject({ state: 'done', result: { updated: false } });
    expect([scene.asked, scene.pin()]).toEqual([[], null]);
    expect(scene.heart.state()).toBe('running');
  });

  it('of a server that does not run comes with its next start', async () => {
    const scene = await open();
    scene.heart.power('stop');
    await scene.heart.reachRest();
    expect(await scene.update()).toMatchObject({ state: 'done', result: { updated: true } });
    expect(scene.heart.state()).toBe('exit');
    scene.heart.power('start');
    await scene.heart.reach('running');
    expect(scene.runsOn()).toBe(version('b').digest);
  });

  it('where the restore point can not be made, nothing is changed, and the server runs again', async () => {
    const scene = await open();
    scene.noRoom = new Error('no room');
    expect(await scene.update()).toMatchObject({ state: 'failed', error: 'no room' });
    await scene.heart.reach('running');
    expect([scene.runsOn(), scene.pin()]).toEqual([image, null]);
  });

  it('that is cancelled while it is tried is undone', async () => {
    const scene = await open();
    const { operation, ended } = scene.updater.update({ server: 's1', by: 'me', restorePoint: true });
    await scene.heart.clock.until(() => scene.pin() === version('b').digest);
    await scene.heart.clock.settle();
    scene.heart.host.operations.cancel(operation.id);
    expect(await scene.follow(ended)).toMatchObject({ state: 'cancelled' });
    expect(scene.runsOn()).toBe(version('a').digest);
    expect(scene.heart.state()).toBe('running');
  });
});

describe('U4: a new image that does not start', () => {
  it('is taken back by itself, with the files of before, and it is told why', async () => {
    const scene = await open(brokenOn('b'));
    const ended = await scene.update();
    expect(ended).toMatchObject({
      state: 'failed',
      error: 'The new image did not start: crashed (exit code 3). It is on the image of before again',
    });
    expect(scene.asked).toEqual(['point while exit', 'restore point while exit']);
    expect(scene.runsOn()).toBe(version('a').digest);
    expect(scene.heart.state()).toBe('running');
    await scene.heart.clock.run(2 * hour);
    await scene.checker.check(image);
    expect(scene.heart.state()).toBe('running');
    expect(await scene.view()).toMatchObject({
      newer: { taken_back: true },
      previous: null,
      operation: null,
    });
    expect(scene.facts.map(({ event }) => event)).toEqual(['update_failed']);
  });

  it.each(['stopping', 'trying', 'back'] as const)(
    'a host that is killed while it is %s goes on with it',
    async (stage) => {
      const scene = await open(brokenOn('b'));
      let release = (): void => {};
      if (stage === 'stopping')
        scene.gate = new Promise((resolve) => {
          release = resolve;
        });
      if (stage === 'trying') {
        const hold = scene.heart.engine.book.hold('create');
        release = () => hold.release();
      }
      void scene.updater.update({ server: 's1', by: 'me', restorePoint: true });
      await scene.heart.clock.until(() => scene.table.work('s1')?.stage === stage);
      await scene.kill(release);
      await scene.heart.clock.until(() => scene.table.work('s1') === null);
      await scene.heart.reach('running');
      expect(scene.runsOn()).not.toContain('b'.repeat(64));
      await scene.heart.clock.run(hour);
      expect(scene.heart.state()).toBe('running');
    },
  );
});

describe('W8 by schedule', () => {
  const common = { delay: 0, continue_on_failure: false };
  const update: ScheduleStep = { action: 'update', ...common };
  const kill: ScheduleStep = { action: 'kill', ...common };
  const { digest } = version('b');

  it('a newer image is looked for and tried with a restore point; the run says which', async () => {
    const scene = await open();
    expect(await scene.runOf([update])).toBe(`done: step 1 of 1 (update): updated to ${digest}`);
    expect([scene.asked, scene.runsOn(), scene.heart.state()]).toEqual([
      ['point while exit'],
      digest,
      'running',
    ]);
    expect(await scene.view()).toMatchObject({ newer: null, previous: { restore_point: 'point' } });
    // The next night there is nothing to do.
    expect(await scene.runOf([update])).toBe(
      `skipped: step 1 of 1 (update): there is no newer image of ${image}`,
    );
    expect(scene.asked).toHaveLength(1);
  });

  it('with nothing newer the other steps are done all the same, and the run says both', async () => {
    const scene = await open();
    await scene.update();
    expect(await scene.runOf([update, kill])).toBe(
      `done: step 1 of 2 (update): there is no newer image of ${image}`,
    );
    expect(scene.heart.state()).toBe('exit');
    scene.heart.engine.images.publish(image, version('c'));
    expect(await scene.runOf([kill, update])).toBe(
      `done: step 2 of 2 (update): updated to ${version('c').digest}, which it runs on from its next start`,
    );
  });

  it('an image that does not start fails the run, and is not tried again the next night', async () => {
    const scene = await open(brokenOn('b'));
    expect(await scene.runOf([update, kill])).toBe(
      'failed: step 1 of 2 (update) failed: The new image did not start: crashed (exit code 3). It is on the image of before again',
    );
    expect(scene.heart.state()).toBe('running');
    expect(await scene.runOf([update])).toBe(
      `skipped: step 1 of 1 (update): the newer image of ${image} was tried before and taken back`,
    );
    expect(scene.runsOn()).toBe(version('a').digest);
  });

  it('a registry that does not answer fails it; an image that can have no newer one does not', async () => {
    const scene = await open();
    scene.heart.engine.images.publish(image, { digest: null });
    expect(await scene.runOf([update])).toMatch(
      /^failed: step 1 of 1 \(update\) failed: .*connection refused/,
    );
    const fixed = await open(untilSignal, version('a').digest);
    expect(await fixed.runOf([update])).toMatch(/^skipped: step 1 of 1 \(update\): .*named by its digest/);
    expect([scene.asked, scene.heart.state()]).toEqual([[], 'running']);
  });

  it('only while nobody plays, as for every step', async () => {
    const scene = await open();
    const conditions = { running: true, empty: true };
    const players = (count: number): PlayersSource => ({ tells: () => true, count: async () => count });
    expect(await scene.runOf([update], { conditions }, players(2))).toBe('skipped: 2 players were there');
    expect(scene.asked).toEqual([]);
    expect(await scene.runOf([update], { conditions }, players(0))).toMatch(/^done: /);
    expect(scene.runsOn()).toBe(digest);
  });

  it('a run that is cancelled undoes its update', async () => {
    const scene = await open();
    const schedules = scene.schedules();
    const { id } = schedules.create('s1', {
      ...{ name: 'nightly', cron: '0 4 * * *', time_zone: 'UTC', enabled: false, steps: [update] },
      ...{ conditions: { running: false, empty: false }, missed: 'skip', missed_limit: 60 },
    });
    const { operation } = schedules.runNow('s1', id);
    await scene.heart.clock.until(() => scene.pin() === digest);
    await scene.heart.clock.settle();
    scene.heart.host.operations.cancel(operation?.id ?? '');
    await scene.heart.clock.until(() => schedules.history('s1', id)[0]?.state === 'cancelled');
    expect([scene.runsOn(), scene.heart.state()]).toEqual([version('a').digest, 'running']);
  });
});
