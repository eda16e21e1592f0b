import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { until } from '../../tests/support/until.ts';
import { silentLog } from '../lib/log.ts';
import type { ConsoleHistory } from './contract.ts';
import { type HistoryOptions, openHistory } from './history.ts';
import { diskFs, type HistoryFs } from './history-fs.ts';

let root: string;
let dir: string;
let opened: ConsoleHistory[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'history-'));
  dir = join(root, 'console');
  opened = [];
});

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(opened.map((history) => history.close()));
  rmSync(root, { recursive: true, force: true });
});

async function open(options: Partial<HistoryOptions> = {}): Promise<ConsoleHistory> {
  const history = await openHistory({ dir, log: silentLog, ...options });
  opened.push(history);
  return history;
}

const nobody = { container: null, stdout: 0, stderr: 0 };

function at(stdout: number, container = 'one'): { container: string; stdout: number; stderr: number } {
  return { container, stdout, stderr: 0 };
}

function add(history: ConsoleHistory, text: string): number {
  return history.append(Buffer.from(text), at(history.consumed.stdout + Buffer.byteLength(text)));
}

async function text(history: ConsoleHistory, from = 0): Promise<string> {
  return (await history.read(from, 1_000_000)).data.toString();
}

function logs(): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.log'))
    .sort();
}

/** Segments and a journal as some process may have left them. */
function leave(files: Record<string, string>): void {
  mkdirSync(dir);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
}

function segment(start: number): string {
  return `${String(start).padStart(16, '0')}.log`;
}

describe('History', () => {
  test('X1: offsets count bytes of UTF-8 from the beginning, and text is read at once', async () => {
    const history = await open();
    expect([history.from, history.end]).toEqual([0, 0]);
    expect(add(history, 'é\n')).toBe(0);
    expect(add(history, 'two\n')).toBe(3);
    expect(history.end).toBe(7);
    expect(await history.read(3, 100)).toEqual({ from: 3, data: Buffer.from('two\n') });
    expect(await history.read(7, 100)).toEqual({ from: 7, data: Buffer.alloc(0) });
    expect(await history.read(99, 100)).toEqual({ from: 7, data: Buffer.alloc(0) });
  });

  test('a server without output leaves no file behind', async () => {
    const history = await open();
    await history.flush();
    await history.close();
    expect(existsSync(dir)).toBe(false);
  });

  test('X1 X2: text, counts and anchor are there after a restart, and offsets go on', async () => {
    const first = await open();
    add(first, 'one\n');
    first.mark(first.consumed, { time: '2026-01-01T00:00:00.000000000Z', stdout: 2, stderr: 0 });
    await first.close();
    const second = await open();
    expect([second.from, second.end]).toEqual([0, 4]);
    expect(second.consumed).toEqual(at(4));
    expect(second.anchor).toEqual({ time: '2026-01-01T00:00:00.000000000Z', stdout: 2, stderr: 0 });
    expect(add(second, 'two\n')).toBe(4);
    await second.flush();
    expect(readFileSync(join(dir, segment(0)), 'utf8')).toBe('one\ntwo\n');
  });

  test('an anchor belongs to its container', async () => {
    const history = await open();
    add(history, 'one\n');
    history.mark(history.consumed, { time: 't', stdout: 0, stderr: 0 });
    history.mark(history.consumed, null);
    expect(history.anchor).not.toBeNull();
    history.mark(at(0, 'two'), null);
    expect(history.anchor).toBeNull();
    await history.close();
    expect((await open()).consumed).toEqual(at(0, 'two'));
  });

  test('X2: reads are cut at characters on both sides', async () => {
    const history = await open();
    add(history, 'a€b😀c');
    expect(await history.read(0, 3)).toEqual({ from: 0, data: Buffer.from('a€') });
    expect(await history.read(2, 6)).toEqual({ from: 4, data: Buffer.from('b') });
    expect(await history.read(6, 4)).toEqual({ from: 9, data: Buffer.from('c') });
    let at = 0;
    let all = '';
    for (let { data } = await history.read(0, 1); data.length > 0; { data } = await history.read(at, 1)) {
      at += data.length;
      all += data;
    }
    expect(all).toBe('a€b😀c');
  });

  test('S14: the last lines, with or without a newline at the end, before an offset, and bounded', async () => {
    const history = await open();
    add(history, 'one\ntwo\n\nfour\nfi');
    const last = async (lines: number, options = {}): Promise<string> =>
      (await history.lastLines(lines, options)).data.toString();
    expect(await last(1)).toBe('fi');
    expect(await last(3)).toBe('\nfour\nfi');
    expect(await last(100)).toBe('one\ntwo\n\nfour\nfi');
    expect(await history.lastLines(1, { before: 8 })).toEqual({ from: 4, to: 8, data: Buffer.from('two\n') });
    expect(await last(2, { before: 9 })).toBe('two\n\n');
    expect(await last(0)).toBe('');
    expect(await last(5, { before: 0 })).toBe('');
    add(history, '€');
    expect(await last(1, { maxBytes: 4 })).toBe('i€');
    expect(await history.lastLines(1, { maxBytes: 2 })).toEqual({ from: 19, to: 19, data: Buffer.alloc(0) });
    expect((await history.lastLines(1, { before: 18 })).to).toBe(16);
  });

  test('S14: a thousand lines come from many blocks and segments', async () => {
    const history = await open({ segmentBytes: 10_000 });
    const line = (n: number): string => `${n} ${'ü'.repeat(n % 200)}\n`;
    for (let n = 0; n < 3000; n += 1) {
      add(history, line(n));
      if (n % 500 === 0) await history.flush();
    }
    await history.close();
    const { data } = await (await open()).lastLines(1000);
    expect(data.toString()).toBe(Array.from({ length: 1000 }, (_, n) => line(n + 2000)).join(''));
  });

  test('X2: the oldest segments go first, and reads begin where text is left', async () => {
    const first = await open({ segmentBytes: 100, maxBytes: 350 });
    for (let n = 0; n < 40; n += 1) {
      add(first, `line ${String(n).padStart(14, '0')}\n`);
      await first.flush();
    }
    await first.close();
    const history = await open({ segmentBytes: 100, maxBytes: 350 });
    expect(logs()).toEqual([500, 600, 700].map(segment));
    expect(history.from).toBe(500);
    expect((await history.read(0, 20)).from).toBe(500);
    expect((await history.lastLines(100)).from).toBe(500);
    expect(history.end).toBe(800);
  });

  test('X2: a read whose segment is trimmed away meanwhile goes on with what is left', async () => {
    let letGo = (): void => {};
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let isHeld = false;
    const fs: HistoryFs = {
      ...diskFs,
      async open(path, flags) {
        if (flags === 'r' && isHeld) await gate;
        return diskFs.open(path, flags);
      },
    };
    const writer = await open({ segmentBytes: 1000, maxBytes: 3000 });
    for (let n = 0; n < 30; n += 1) {
      add(writer, `${'x'.repeat(99)}\n`);
      await writer.flush();
    }
    await writer.close();
    const history = await open({ segmentBytes: 1000, maxBytes: 3000, fs });
    isHeld = true;
    const reading = history.read(0, 500);
    const lines = history.lastLines(25, { before: 3000 });
    for (let n = 0; n < 20; n += 1) {
      add(history, `${'y'.repeat(99)}\n`);
      await history.flush();
    }
    isHeld = false;
    letGo();
    const got = await reading;
    expect(got.from).toBe(history.from);
    expect(got.data.length).toBe(500);
    const found = await lines;
    expect(found.data.length).toBe(found.to - found.from);
  });

  test('handles are closed when nothing is written for a while, and no timer is left', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let handles = 0;
    const fs: HistoryFs = {
      ...diskFs,
      async open(path, flags) {
        const file = await diskFs.open(path, flags);
        handles += 1;
        return {
          ...file,
          close: async () => {
            handles -= 1;
            await file.close();
          },
        };
      },
    };
    const history = await open({ fs });
    add(history, 'one\n');
    await history.flush();
    add(history, 'two\n');
    await history.flush();
    expect(handles).toBe(2);
    await until(
      () => {
        vi.advanceTimersByTime(1000);
        return handles === 0;
      },
      { everyMs: 1, what: 'the handles to be closed' },
    );
    expect(vi.getTimerCount()).toBe(0);
    add(history, 'three\n');
    await history.flush();
    expect(readFileSync(join(dir, segment(0)), 'utf8')).toBe('one\ntwo\nthree\n');
    await history.close();
    expect([handles, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test('after close nothing more is taken', async () => {
    const history = await open();
    add(history, 'one\n');
    await history.close();
    expect(add(history, 'two\n')).toBe(4);
    expect(history.end).toBe(4);
    expect(await text(history)).toBe('one\n');
    expect(readFileSync(join(dir, segment(0)), 'utf8')).toBe('one\n');
  });

  test('a folder that is deleted meanwhile is a hole, and is made again', async () => {
    const trouble: string[] = [];
    const first = await open({ onTrouble: (message) => trouble.push(message) });
    add(first, 'x'.repeat(100_000));
    await first.close();
    const history = await open({ onTrouble: (message) => trouble.push(message) });
    rmSync(dir, { recursive: true });
    expect((await history.read(0, 10)).from).toBe(100_000);
    add(history, 'new\n');
    await history.flush();
    expect(await text(history)).toBe('new\n');
    expect(logs()).toEqual([segment(100_000)]);
    expect(trouble).toEqual([]);
  });
});

describe('opening what was left behind', () => {
  test('a torn or spoilt journal line is passed over, and text beyond the last good one is fetched again', async () => {
    leave({
      [segment(0)]: 'one\ntwo\nthr',
      journal: '[4,"one",4,0]\nrubbish\n{}\n[8,"one",8,0,"t",1,0]\n[11,"one",1',
    });
    const history = await open();
    expect([history.end, history.consumed, history.anchor]).toEqual([
      8,
      at(8),
      { time: 't', stdout: 1, stderr: 0 },
    ]);
    expect(readFileSync(join(dir, segment(0)), 'utf8')).toBe('one\ntwo\n');
  });

  test('counts are never ahead of the text', async () => {
    leave({ [segment(0)]: 'one\ntw', journal: '[4,"one",4,0]\n[8,"one",8,0]\n' });
    const history = await open();
    expect([history.end, history.consumed]).toEqual([4, at(4)]);
  });

  test('a record of discarded text is gone before there is new text that it could seem to belong to', async () => {
    leave({ [segment(0)]: 'one\n', journal: '[4,"one",4,0]\n[8,"one",444,0]\n' });
    const journals: string[] = [];
    const fs: HistoryFs = {
      ...diskFs,
      async open(path, flags) {
        const file = await diskFs.open(path, flags);
        const writev: typeof file.writev = (buffers, position) => {
          if (path.endsWith('.log')) journals.push(readFileSync(join(dir, 'journal'), 'utf8'));
          return file.writev(buffers, position);
        };
        return { ...file, writev };
      },
    };
    const history = await open({ fs });
    add(history, 'two\n');
    await history.flush();
    expect(journals).toEqual([expect.stringMatching(/^\[4,"one",4,0\] [0-9a-f]{8}\n$/)]);
  });

  test('segments after the last record are discarded', async () => {
    leave({
      [segment(0)]: 'one\n',
      [segment(4)]: 'two\n',
      [segment(20)]: 'much later\n',
      journal: '[4,"one",4,0]\n',
    });
    const history = await open();
    expect([history.end, history.consumed]).toEqual([4, at(4)]);
    add(history, 'TWO\n');
    await history.flush();
    expect(await text(history)).toBe('one\nTWO\n');
    expect(logs().includes(segment(20))).toBe(false);
  });

  test('without a journal the whole characters stay, and nothing counts as consumed', async () => {
    leave({ [segment(0)]: 'one\n' });
    writeFileSync(join(dir, segment(4)), Buffer.from('two€').subarray(0, 5));
    const history = await open();
    expect([history.end, history.consumed]).toEqual([7, nobody]);
    expect(await text(history)).toBe('one\ntwo');
  });

  test('X3: a segment that is missing in the middle is a gap', async () => {
    leave({ [segment(0)]: 'one\n', [segment(8)]: 'three\n', journal: '[14,"one",14,0]\n' });
    const history = await open();
    expect(await history.read(0, 100)).toEqual({ from: 0, data: Buffer.from('one\n') });
    expect(await history.read(4, 100)).toEqual({ from: 8, data: Buffer.from('three\n') });
    expect(await history.lastLines(9)).toEqual({ from: 8, to: 14, data: Buffer.from('three\n') });
    expect(await history.lastLines(9, { before: 8 })).toEqual({ from: 0, to: 4, data: Buffer.from('one\n') });
    expect((await history.tail(100)).toString()).toBe('three\n');
  });

  test('X3: text that is gone although it was counted is a gap, and offsets go on', async () => {
    leave({ journal: '[100,"one",100,0]\n' });
    const history = await open();
    expect([history.from, history.end, history.consumed]).toEqual([100, 100, at(100)]);
    expect(add(history, 'on\n')).toBe(100);
  });

  test('empty, foreign and overlapping files do no harm', async () => {
    leave({
      [segment(0)]: 'one\nTWO',
      [segment(4)]: 'two\n',
      [segment(2)]: '',
      [segment(8)]: '',
      'notes.txt': 'mine',
      '12.log': 'not ours',
      'journal.tmp': 'half',
      journal: '[8,"one",8,0]\n',
    });
    mkdirSync(join(dir, segment(6)));
    const history = await open();
    expect(history.end).toBe(8);
    expect((await history.read(4, 100)).data.toString()).toBe('two\n');
    add(history, 'three\n');
    await history.flush();
    expect(await text(history, 4)).toBe('two\nthree\n');
    expect(readFileSync(join(dir, 'notes.txt'), 'utf8')).toBe('mine');
    expect(readFileSync(join(dir, '12.log'), 'utf8')).toBe('not ours');
  });

  test('X3: a file that somebody shortened or deleted meanwhile is a gap', async () => {
    leave({
      [segment(0)]: 'one\n',
      [segment(4)]: 'two\n',
      [segment(8)]: 'three\n',
      journal: '[14,"one",14,0]\n',
    });
    const history = await open();
    truncateSync(join(dir, segment(0)), 2);
    unlinkSync(join(dir, segment(4)));
    expect(await history.read(0, 100)).toEqual({ from: 0, data: Buffer.from('on') });
    expect(await history.read(2, 100)).toEqual({ from: 8, data: Buffer.from('three\n') });
    expect((await history.lastLines(5, { before: 8 })).data.toString()).toBe('on');
  });

  test('a folder that cannot be read is an error that says so', async () => {
    writeFileSync(dir, 'a file');
    await expect(openHistory({ dir, log: silentLog })).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining(dir),
    });
  });
});
