import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../tests/support/lane.ts';
import { silentLog } from '../lib/log.ts';
import type { ConsoleHistory, Consumed, LogAnchor } from './contract.ts';
import { openHistory } from './history.ts';
import { diskFs, type HistoryFs } from './history-fs.ts';

interface State {
  end: number;
  consumed: Consumed;
  anchor: LogAnchor | null;
}

const fresh: State = { end: 0, consumed: { container: null, stdout: 0, stderr: 0 }, anchor: null };
const maxBytes = 3000;
const segmentBytes = 500;
/** Text is written in whole blocks of memory. */
const longestWrite = 64 * 1024 + 20_000;

/** Real files; `beforeWrite` runs before each call that changes something, while no other one is under way. */
function watchedFs(beforeWrite: () => void): HistoryFs {
  return {
    ...diskFs,
    async open(path, flags) {
      if (flags !== 'r') beforeWrite();
      const file = await diskFs.open(path, flags);
      return {
        ...file,
        writev: (buffers, position) => {
          beforeWrite();
          return file.writev(buffers, position);
        },
      };
    },
    rename: (from, to) => {
      beforeWrite();
      return diskFs.rename(from, to);
    },
    unlink: (path) => {
      beforeWrite();
      return diskFs.unlink(path);
    },
  };
}

/** A history on disk and what it must say: all text ever taken, and the states that were true on the way. */
class Subject {
  readonly root: string;
  private dir: string;
  private dirs = 0;
  private writesUntilSnapshot = Number.POSITIVE_INFINITY;
  private history: ConsoleHistory | null = null;
  private text: Buffer = Buffer.alloc(0);
  private states: State[] = [fresh];
  private journalLost = false;
  private journalWasCut = false;

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), 'history-'));
    this.dir = join(this.root, '0');
  }

  get current(): ConsoleHistory {
    if (!this.history) throw new Error('not open');
    return this.history;
  }

  async open(): Promise<void> {
    const fs = watchedFs(() => {
      this.writesUntilSnapshot -= 1;
      if (this.writesUntilSnapshot < 0) this.snapshot();
    });
    this.history = await openHistory({ dir: this.dir, maxBytes, segmentBytes, log: silentLog, fs });
  }

  append(text: string): void {
    const data = Buffer.from(text);
    const { consumed, anchor } = this.state;
    const grown = { ...consumed, stdout: consumed.stdout + data.length };
    expect(this.current.append(data, grown)).toBe(this.text.length);
    this.text = Buffer.concat([this.text, data]);
    this.states.push({ end: this.text.length, consumed: grown, anchor });
    this.checkState();
  }

  mark(container: string | null, anchored: boolean): void {
    const { consumed } = this.state;
    const next = container === null ? consumed : { container, stdout: 0, stderr: 0 };
    const sameContainer = next.container === consumed.container;
    const anchor = anchored ? { time: `${this.states.length}`, stdout: next.stdout, stderr: 0 } : null;
    this.current.mark(next, anchor);
    this.states.push({
      end: this.text.length,
      consumed: next,
      anchor: anchor ?? (sameContainer ? this.state.anchor : null),
    });
    this.checkState();
  }

  async read(where: number, max: number): Promise<void> {
    const from = Math.floor(where * this.text.length);
    const { end } = this.current;
    const got = await this.current.read(from, max);
    expect(got.from).toBeGreaterThanOrEqual(from);
    expect(got.data.length).toBeLessThanOrEqual(max);
    expect(got.data.equals(this.text.subarray(got.from, got.from + got.data.length))).toBe(true);
    expect(isWhole(got.data)).toBe(true);
    expect(got.from === border(this.text, from, 1) || got.from <= this.current.from).toBe(true);
    expect(got.data.length > max - 7 || got.from + got.data.length >= end).toBe(true);
  }

  async lastLines(lines: number, where: number, max: number): Promise<void> {
    const before = Math.floor(where * this.text.length);
    const { from } = this.current;
    const got = await this.current.lastLines(lines, { before, maxBytes: max });
    expect(got.data.equals(this.text.subarray(got.from, got.to))).toBe(true);
    if (this.current.from !== from || before <= from) return;
    const to = border(this.text, before, -1);
    const starts = [from];
    for (let at = from; at < to - 1; at += 1) if (this.text[at] === 0x0a) starts.push(at + 1);
    const start = border(this.text, Math.max(starts.at(-lines) ?? from, to - max), 1);
    expect([got.from, got.to]).toEqual([start, to]);
  }

  async tail(max: number): Promise<void> {
    const { from } = this.current;
    const got = await this.current.tail(max);
    if (this.current.from !== from) return;
    const start = border(this.text, Math.max(from, this.text.length - max), 1);
    expect(got.equals(this.text.subarray(start))).toBe(true);
  }

  async flush(): Promise<void> {
    await this.current.flush();
    const logs = existsSync(this.dir) ? readdirSync(this.dir).filter((name) => name.endsWith('.log')) : [];
    const onDisk = logs.reduce((sum, name) => sum + statSync(join(this.dir, name)).size, 0);
    expect(onDisk).toBeLessThanOrEqual(maxBytes + segmentBytes + longestWrite);
  }

  async reopen(): Promise<void> {
    await this.current.close();
    const { state } = this;
    await this.open();
    expect(this.current.end).toBe(this.text.length);
    expect(this.current.consumed).toEqual(state.consumed);
    expect(this.current.anchor).toEqual(state.anchor);
  }

  /** What a process that dies after `writes` more calls leaves, possibly with the ends of files lost. */
  async crash(
    writes: number,
    cuts: { text: number | null; journal: number | null; garbage: boolean },
  ): Promise<void> {
    const { current: dying } = this;
    this.writesUntilSnapshot = writes;
    await dying.flush();
    this.snapshot();
    await dying.close();
    this.dir = join(this.root, `${this.dirs}`);
    // Where no journal vouches for old text, text that is lost after it was read is a hole; that has a test of its own.
    this.damage(this.journalWasCut ? { ...cuts, text: null } : cuts);
    this.journalWasCut ||= cuts.journal !== null || cuts.garbage;
    await this.open();
    const { end, consumed, anchor } = this.current;
    expect(end).toBeLessThanOrEqual(this.text.length);
    const found = this.states.filter((state) => state.end === end && same(state, { end, consumed, anchor }));
    // A journal that lost all its records, or whose newest line is damaged, vouches for nothing, until the next write makes a new one.
    this.journalLost ||= cuts.journal !== null || cuts.garbage;
    const isUnvouched = consumed.container === null && consumed.stdout === 0;
    if (found.length === 0) expect([this.journalLost, isUnvouched]).toEqual([true, true]);
    if (!isUnvouched) this.journalLost = false;
    this.text = this.text.subarray(0, end);
    this.states = [...this.states.filter((state) => state.end < end), { end, consumed, anchor }];
  }

  async close(): Promise<void> {
    await this.history?.close();
    rmSync(this.root, { recursive: true });
  }

  private get state(): State {
    return this.states.at(-1) ?? fresh;
  }

  private checkState(): void {
    expect(this.current.end).toBe(this.text.length);
    expect(this.current.consumed).toEqual(this.state.consumed);
    expect(this.current.anchor).toEqual(this.state.anchor);
  }

  private snapshot(): void {
    if (this.writesUntilSnapshot === Number.POSITIVE_INFINITY) return;
    this.writesUntilSnapshot = Number.POSITIVE_INFINITY;
    this.dirs += 1;
    if (existsSync(this.dir)) cpSync(this.dir, join(this.root, `${this.dirs}`), { recursive: true });
  }

  private damage({
    text,
    journal,
    garbage,
  }: {
    text: number | null;
    journal: number | null;
    garbage: boolean;
  }): void {
    if (!existsSync(this.dir)) return;
    const last = readdirSync(this.dir)
      .filter((name) => name.endsWith('.log'))
      .sort()
      .at(-1);
    if (last && text !== null) cutFile(join(this.dir, last), text);
    const journalFile = join(this.dir, 'journal');
    if (journal !== null && existsSync(journalFile)) cutFile(journalFile, journal);
    if (garbage && existsSync(journalFile))
      writeFileSync(journalFile, '\0\0[1,"x\n{}\n[5]\nnull\n\u00ff', { flag: 'a' });
  }
}

function same(a: State, b: State): boolean {
  return JSON.stringify([a.end, a.consumed, a.anchor]) === JSON.stringify([b.end, b.consumed, b.anchor]);
}

function cutFile(path: string, keep: number): void {
  truncateSync(path, Math.floor(statSync(path).size * keep));
}

function isWhole(data: Buffer): boolean {
  return Buffer.from(data.toString('utf8')).equals(data);
}

function border(text: Buffer, offset: number, step: 1 | -1): number {
  let at = offset;
  while (at < text.length && ((text[at] ?? 0) & 0xc0) === 0x80) at += step;
  return at;
}

const piece = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.string({
      unit: fc.constantFrom('a', 'é', '€', '😀', '\n', 'some words '),
      minLength: 1,
      maxLength: 60,
    }),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 1500 }).map((count) => `€${'line\n'.repeat(count)}`) },
  { weight: 1, arbitrary: fc.integer({ min: 4000, max: 9000 }).map((count) => 'é\n'.repeat(count / 2)) },
);
const part = fc.double({ min: 0, max: 1, noNaN: true });
const size = fc.oneof(
  fc.integer({ min: 4, max: 40 }),
  fc.integer({ min: 4, max: 5000 }),
  fc.constant(200_000),
);
const cut = fc.option(part, { freq: 2 });

const step: fc.Arbitrary<(subject: Subject) => Promise<void>> = fc.oneof(
  { weight: 8, arbitrary: piece.map((text) => async (subject: Subject) => subject.append(text)) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.option(fc.constantFrom('one', 'two', 'three')), fc.boolean()).map(
      ([container, anchored]) =>
        async (subject: Subject) =>
          subject.mark(container, anchored),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(part, size).map(
      ([from, max]) =>
        (subject: Subject) =>
          subject.read(from, max),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 50 }), fc.oneof(part, fc.constant(1)), size).map(
      ([lines, before, max]) =>
        (subject: Subject) =>
          subject.lastLines(lines, before, max),
    ),
  },
  { weight: 1, arbitrary: size.map((max) => (subject: Subject) => subject.tail(max)) },
  { weight: 2, arbitrary: fc.constant((subject: Subject) => subject.flush()) },
  { weight: 1, arbitrary: fc.constant((subject: Subject) => subject.reopen()) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(8), fc.record({ text: cut, journal: cut, garbage: fc.boolean() })).map(
      ([writes, cuts]) =>
        (subject: Subject) =>
          subject.crash(writes, cuts),
    ),
  },
);

describe('openHistory', () => {
  test('X1 X2: whatever happens, it gives the bytes it took; after a crash a beginning of them, with the counts that belong to it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const subject = new Subject();
        try {
          await subject.open();
          for (const act of steps) await act(subject);
          await subject.read(0, 1_000_000);
        } finally {
          await subject.close();
        }
      }),
      { numRuns: rounds('console history, whatever happens', 60, 200, 'cases') },
    );
  });
});
