import { describe, expect, it, onTestFinished } from 'vitest';
import type { HostFact } from '../../main/feature/host-news.ts';
import { silentLog } from '../../main/lib/log.ts';
import type { OperationRun } from '../../main/operations/operations.ts';
import { UpdateChecker } from '../../main/updates/checker.ts';
import { UpdateTable, updateTables } from '../../main/updates/tables.ts';
import { Updater } from '../../main/updates/updater.ts';
import { viewOf } from '../../main/updates/views.ts';
import type { Backup } from '../../shared/model/backup.ts';
import type { Operation } from '../../shared/model/operation.ts';
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

async function open(program: Program = untilSignal): Promise<Scene> {
  const heart = await openHeart();
  heart.engine.images.publish(image, version('a'));
  heart.program(program);
  await heart.createRunning({ image });
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
