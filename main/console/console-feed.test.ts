import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { noResourceSettings } from '../../shared/model/resources.ts';
import type { FakeAttachment } from '../../tests/support/fake-attachment.ts';
import type { FakeContainer } from '../../tests/support/fake-container.ts';
import { FakeEngine } from '../../tests/support/fake-engine.ts';
import { type ProgramContext, printing, untilSignal } from '../../tests/support/fake-process.ts';
import { busyboxName } from '../../tests/support/images.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { until } from '../../tests/support/until.ts';
import { silentLog } from '../lib/log.ts';
import { ConsoleFeed } from './console-feed.ts';
import { ConsoleOutput } from './console-output.ts';
import type { ConsoleHistory } from './contract.ts';
import type { StreamTails } from './feed-options.ts';
import { openHistory } from './history.ts';
import { maxWaiting } from './stream-sync.ts';

interface World {
  engine: FakeEngine;
  container: FakeContainer;
  output: ConsoleOutput;
  history: ConsoleHistory;
  /** Why each feed ended, in the order of their ends. */
  ends: (string | null)[];
  open: (onText?: (text: Buffer) => void) => ConsoleFeed;
  text: () => Promise<string>;
}

/** A container of a fake engine that prints `lines` when it is started, and a history on disk. */
async function makeWorld({ tty = false, lines = ['one', 'two'] } = {}): Promise<World> {
  const engine = new FakeEngine();
  engine.program('game', printing(...lines));
  const internalId = `feed-${randomUUID().slice(0, 8)}`;
  const id = await engine.create({
    name: `lightd-${internalId}`,
    internalId,
    hostId: 'host',
    role: 'server',
    definitionHash: 'hash',
    image: busyboxName,
    command: 'game',
    environment: {},
    user: null,
    tty,
    volumePath: tempDir(),
    mounts: {},
    ports: [],
    limits: { memory: null, cpu: null },
    resources: noResourceSettings,
    network: `lightd-${internalId}`,
    log: { maxSizeMiB: 10, maxFiles: 2 },
  });
  const history = await openHistory({ dir: tempDir(), log: silentLog });
  onTestFinished(() => history.close());
  const output = new ConsoleOutput({ history, audience: () => 1, onError: () => {} });
  const ends: (string | null)[] = [];
  const tails: StreamTails = new Map();
  const open = (onText: (text: Buffer) => void = () => {}): ConsoleFeed => {
    const feed = new ConsoleFeed({
      engine: () => engine,
      containerId: id,
      tty,
      output,
      tails,
      log: silentLog,
      onText,
      onCountsLost: () => {},
      onHole: () => ends.push('hole'),
      onEnd: (problem) => ends.push(problem),
    });
    onTestFinished(() => feed.close());
    return feed;
  };
  const text = async (): Promise<string> => (await history.tail(1_000_000)).toString();
  return { engine, container: engine.container(id), output, history, ends, open, text };
}

const attachmentOf = (container: FakeContainer) => {
  const [attachment] = container.attachments;
  if (!attachment) throw new Error('nothing is attached');
  return attachment;
};

/** What can come on an attachment that no engine in order would send. */
const nonsense: [string, (world: World) => void, RegExp][] = [
  [
    'a frame header that can not be one',
    ({ container }) => attachmentOf(container).send(Buffer.from('garbage that is no header')),
    /out of step/,
  ],
  [
    "the engine's complaint",
    ({ container }) => attachmentOf(container).complain('the log driver fell over'),
    /broke off the stream: the log driver fell over/,
  ],
  ['a broken connection', ({ container }) => container.breakAttachments(), /ECONNRESET/],
  [
    'an end in the middle of a frame',
    ({ container }) => {
      attachmentOf(container).send(Buffer.from([1, 0, 0, 0, 0, 0, 0, 9, 0x61]));
      attachmentOf(container).finish();
    },
    /middle of a frame/,
  ],
];

describe('an attachment that makes no sense', () => {
  it.each(nonsense)(
    'C8 %s ends that attachment alone, told once with its reason',
    async (_, send, reason) => {
      const world = await makeWorld();
      const feed = world.open();
      await feed.attach();
      await world.engine.start(world.container.id);
      await until(async () => (await world.text()) === 'one\ntwo\n', { everyMs: 1 });
      send(world);
      await until(() => world.ends.length > 0, { everyMs: 1 });
      expect(world.ends).toHaveLength(1);
      expect(world.ends[0]).toMatch(reason);
      expect(feed.hasEnded).toBe(true);
      await until(() => world.container.attachments.size === 0, { everyMs: 1 });
    },
  );

  it.each(nonsense)('S14 C8 after %s the next feed has every line once', async (_, send) => {
    const world = await makeWorld({ lines: ['one', 'two', 'three'] });
    const first = world.open();
    await first.attach();
    await world.engine.start(world.container.id);
    await until(async () => (await world.text()).endsWith('three\n'), { everyMs: 1 });
    send(world);
    await until(() => world.ends.length > 0, { everyMs: 1 });
    first.close();
    await world.open().catchUp(true);
    expect(await world.text()).toMatch(/^one\ntwo\nthree\na?$/);
  });

  it('S8 what came after a break is not taken for complete: the log is asked', async () => {
    const world = await makeWorld();
    const feed = world.open();
    await feed.attach();
    await world.engine.start(world.container.id);
    await until(async () => (await world.text()) === 'one\ntwo\n', { everyMs: 1 });
    world.container.breakAttachments();
    await until(() => world.ends.length > 0, { everyMs: 1 });
    expect(await feed.finished(1)).toBe(false);
  });

  it('whoever listens to the text and throws ends the attachment, not the process', async () => {
    const world = await makeWorld();
    const feed = world.open(() => {
      throw new Error('the listener is broken');
    });
    await feed.attach();
    await world.engine.start(world.container.id);
    await until(() => world.ends.length > 0, { everyMs: 1 });
    expect(world.ends).toEqual(['the listener is broken']);
    expect(feed.hasEnded).toBe(true);
  });
});

describe('an attachment in order', () => {
  it.each([false, true])('S8 a container that ends: all of its output, no problem (tty: %s)', async (tty) => {
    const world = await makeWorld({ tty });
    const feed = world.open();
    await feed.attach();
    await world.engine.start(world.container.id);
    await until(async () => (await world.text()) === 'one\ntwo\n', { everyMs: 1 });
    await world.container.signal('SIGKILL');
    await until(() => world.ends.length > 0, { everyMs: 1 });
    expect(world.ends).toEqual([null]);
    expect(await feed.finished(1)).toBe(true);
  });
});

/** Its first reading ends after two entries; then the log is rotated until only `keep` entries are left. */
function rotatesAfterFirstRead({ engine, container }: World, keep: number): void {
  const readLog = engine.readLog.bind(engine);
  let isFirst = true;
  engine.readLog = async function* (id, query, signal) {
    const most = isFirst ? 2 : Number.POSITIVE_INFINITY;
    let given = 0;
    for await (const entries of readLog(id, query, signal)) {
      const some = entries.slice(0, most - given);
      given += some.length;
      if (some.length > 0) yield some;
    }
    if (isFirst) container.log.dropOldest(keep);
    isFirst = false;
  };
}

describe('a host that ends before its console is live', () => {
  it.each([false, true])('S14 the next one need not read all of the log again (tty: %s)', async (tty) => {
    const lines = Array.from({ length: 200 }, (_, n) => `line ${n + 1}`);
    const world = await makeWorld({ tty, lines });
    await world.engine.start(world.container.id);
    const isLogged = async (): Promise<boolean> => {
      let count = 0;
      const query = { tty, follow: false };
      for await (const entries of world.engine.readLog(
        world.container.id,
        query,
        new AbortController().signal,
      ))
        count += entries.length;
      return count === lines.length;
    };
    await until(isLogged, { everyMs: 1 });
    const since: (string | undefined)[] = [];
    const readLog = world.engine.readLog.bind(world.engine);
    world.engine.readLog = async function* (id, query, signal) {
      since.push(query.since);
      // As an engine's log comes: in pieces.
      for await (const entries of readLog(id, query, signal)) {
        for (let at = 0; at < entries.length; at += 25) yield entries.slice(at, at + 25);
      }
    };
    await world.container.signal('SIGKILL');
    const first = world.open();
    await first.catchUp(false);
    first.close();
    expect(world.history.anchor).not.toBeNull();
    await world.open().catchUp(false);
    expect(since).toEqual([undefined, world.history.anchor?.time]);
    expect(await world.text()).toBe(lines.map((line) => `${line}\n`).join(''));
    expect(world.ends).toEqual([]);
  });
});

describe('a log that is rotated while it is read', () => {
  const lines = ['one', 'two', 'three', 'four', 'five'];

  it('G1 past the end of the first reading: the hole is told, the rest comes once', async () => {
    const world = await makeWorld({ lines });
    await world.engine.start(world.container.id);
    rotatesAfterFirstRead(world, 2);
    await world.open().catchUp(true);
    await until(async () => (await world.text()).endsWith('five\n'), { everyMs: 1 });
    expect(await world.text()).toBe('one\ntwo\nfour\nfive\n');
    expect(world.ends).toEqual(['hole']);
  });

  it('G1 but not past that: nothing is missing, and nothing is told', async () => {
    const world = await makeWorld({ lines });
    await world.engine.start(world.container.id);
    rotatesAfterFirstRead(world, 4);
    await world.open().catchUp(true);
    await until(async () => (await world.text()).endsWith('five\n'), { everyMs: 1 });
    expect(await world.text()).toBe(lines.map((line) => `${line}\n`).join(''));
    expect(world.ends).toEqual([]);
  });
});

describe('an attachment of which more comes than can wait for its place in the log', () => {
  it('S14 X3 ends the feed if its other stream is live, and the next one has every line once', async () => {
    const world = await makeWorld();
    let program: ProgramContext | null = null;
    world.engine.program('game', (context) => {
      program = context;
      return untilSignal();
    });
    await world.engine.start(world.container.id);
    let printed = 0;
    // It is never silent, so that a stream without evidence of its place stays without one.
    const timer = setInterval(() => program?.print(`this is line ${++printed}\n`), 10);
    onTestFinished(() => clearInterval(timer));
    const feed = world.open();
    await feed.catchUp(true);
    // The log, which lags, has nothing of all this: first a line, so that it has something to wait for, then more than can wait.
    const flood = Buffer.alloc(maxWaiting + 1, 'x\n');
    const firstSeen = new Map<FakeAttachment, number>();
    await until(
      () => {
        for (const attachment of world.container.attachments) {
          const seen = firstSeen.get(attachment);
          if (seen === undefined) attachment.output('stderr', Buffer.from('x\n'));
          firstSeen.set(attachment, seen ?? printed);
          // By now the other stream is live.
          if (seen !== undefined && printed > seen + 30) attachment.output('stderr', flood);
        }
        return world.ends.length > 0;
      },
      { everyMs: 10 },
    );
    feed.close();
    await world.open().catchUp(true);
    expect(world.ends[0]).toMatch(/too far behind/);
    const last = printed + 50;
    await until(async () => (await world.text()).includes(`this is line ${last}\n`), { everyMs: 10 });
    clearInterval(timer);
    const lines = (await world.text()).split('\n').slice(0, last);
    expect(lines).toEqual(Array.from({ length: last }, (_, n) => `this is line ${n + 1}`));
  });
});
