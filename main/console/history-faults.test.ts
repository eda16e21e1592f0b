import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { until } from '../../tests/support/until.ts';
import { silentLog } from '../lib/log.ts';
import type { ConsoleHistory } from './contract.ts';
import { openHistory } from './history.ts';
import { diskFs, type HistoryFs } from './history-fs.ts';

let dir: string;
let history: ConsoleHistory;
let trouble: string[];
let faults: {
  full: (file: string) => boolean;
  slow: Promise<void> | null;
  partial: boolean;
  calls: number;
  buffers: number;
};

const fs: HistoryFs = {
  ...diskFs,
  async open(path, flags) {
    const file = await diskFs.open(path, flags);
    return {
      ...file,
      writev: async (buffers, position) => {
        faults.calls += 1;
        faults.buffers += buffers.length;
        await faults.slow;
        if (faults.full(basename(path)))
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        const first = buffers.find((buffer) => buffer.length > 0);
        if (faults.partial && first)
          return file.writev([first.subarray(0, Math.ceil(first.length / 2))], position);
        return file.writev(buffers, position);
      },
    };
  },
};

async function open(): Promise<ConsoleHistory> {
  return openHistory({
    dir,
    log: silentLog,
    fs,
    segmentBytes: 1024 * 1024,
    onTrouble: (message) => trouble.push(message),
  });
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'history-'));
  trouble = [];
  faults = { full: () => false, slow: null, partial: false, calls: 0, buffers: 0 };
  history = await open();
});

afterEach(async () => {
  vi.useRealTimers();
  faults.full = () => false;
  await history.close();
  rmSync(dir, { recursive: true, force: true });
});

function add(data: string | Buffer): number {
  const text = Buffer.from(data);
  return history.append(text, { container: 'one', stdout: history.consumed.stdout + text.length, stderr: 0 });
}

function onDisk(): string {
  const logs = readdirSync(dir).filter((name) => name.endsWith('.log'));
  return logs
    .sort()
    .map((name) => readFileSync(join(dir, name), 'utf8'))
    .join('');
}

const block = (letter: string): Buffer => Buffer.alloc(64 * 1024, letter);

describe('History on a failing disk', () => {
  test('a full disk is told once, text stays readable, and all is saved when there is room again', async () => {
    add('one\n');
    await history.flush();
    faults.full = () => true;
    add('two\n');
    await expect(history.flush()).rejects.toThrow('ENOSPC');
    await expect(history.flush()).rejects.toThrow('ENOSPC');
    add('three\n');
    expect((await history.read(0, 100)).data.toString()).toBe('one\ntwo\nthree\n');
    expect(trouble).toHaveLength(1);
    expect(trouble[0]).toContain('ENOSPC');
    faults.full = () => false;
    await history.flush();
    expect(onDisk()).toBe('one\ntwo\nthree\n');
    expect(trouble).toHaveLength(2);
    expect(trouble[1]).toContain('nothing was lost');
  });

  test('it tries again every second by itself', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    faults.full = () => true;
    add('one\n');
    await expect(history.flush()).rejects.toThrow();
    const { calls } = faults;
    await until(() => vi.getTimerCount() === 1, { everyMs: 1 });
    vi.advanceTimersByTime(999);
    // Not even begun: there is still the timer.
    expect([faults.calls, vi.getTimerCount()]).toEqual([calls, 1]);
    faults.full = () => false;
    vi.advanceTimersByTime(1);
    await until(() => trouble.length === 2, { everyMs: 1, what: 'the disk, which takes its own time' });
    expect(onDisk()).toBe('one\n');
    expect(trouble).toHaveLength(2);
  });

  test('X3: what is more than 8 MiB is dropped oldest first, and read as a gap, also after a restart', async () => {
    add('before\n');
    await history.flush();
    faults.full = () => true;
    add('lost\n');
    await expect(history.flush()).rejects.toThrow();
    for (let n = 0; n < 200; n += 1) add(block('x'));
    add('after\n');
    const kept = await history.read(100, 16);
    expect(history.end - kept.from).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(history.end - kept.from).toBeGreaterThan(7 * 1024 * 1024);
    expect((await history.read(0, 100)).data.toString()).toBe('before\n');
    faults.full = () => false;
    await history.flush();
    expect(trouble).toHaveLength(2);
    expect(trouble[1]).toContain(`${kept.from - 7} bytes`);
    const { end, consumed } = history;
    await history.close();
    history = await open();
    expect([history.from, history.end, history.consumed]).toEqual([0, end, consumed]);
    expect(await history.read(0, 100)).toEqual({ from: 0, data: Buffer.from('before\n') });
    expect((await history.read(7, 16)).from).toBe(kept.from);
    expect((await history.tail(6)).toString()).toBe('after\n');
  });

  test('X3: a disk that hangs costs the oldest text beyond 32 MiB, and that is told', async () => {
    let goOn = (): void => {};
    faults.slow = new Promise((resolve) => {
      goOn = resolve;
    });
    add('first\n');
    const saved = history.flush();
    for (let n = 0; n < 700; n += 1) add(block('x'));
    expect(trouble).toHaveLength(1);
    const kept = await history.read(0, 16);
    expect(history.end - kept.from).toBeLessThanOrEqual(32 * 1024 * 1024);
    expect(history.end - kept.from).toBeGreaterThan(31 * 1024 * 1024);
    faults.slow = null;
    goOn();
    await saved;
    await history.flush();
    expect(trouble).toHaveLength(2);
    expect((await history.read(0, 100)).data.toString()).toBe('first\n');
    expect((await history.read(6, 16)).from).toBe(kept.from);
    expect(onDisk().length).toBe(6 + history.end - kept.from);
  });

  test('calls that write only a part are continued', async () => {
    faults.partial = true;
    const text = Array.from({ length: 500 }, (_, n) => `line ${n} €\n`).join('');
    for (const line of text.split(/(?<=\n)/)) add(line);
    add(block('z'));
    await history.flush();
    expect(onDisk()).toBe(text + block('z').toString());
    expect(trouble).toEqual([]);
  });

  test('a journal that cannot be written makes text come again, never count without text', async () => {
    add('one\n');
    await history.flush();
    faults.full = (file) => file.startsWith('journal');
    add('two\n');
    await expect(history.flush()).rejects.toThrow('ENOSPC');
    await history.close();
    expect(trouble).toHaveLength(2);
    faults.full = () => false;
    history = await open();
    expect([history.end, history.consumed]).toEqual([4, { container: 'one', stdout: 4, stderr: 0 }]);
  });

  test('closing during an outage ends, and says what it costs', async () => {
    faults.full = () => true;
    add('one\n');
    await history.close();
    expect(trouble).toHaveLength(1);
    expect(trouble[0]).toContain('could not be saved');
  });

  test('many appends are few writes', async () => {
    for (let n = 0; n < 10_000; n += 1) add(`a line of text, number ${n}\n`);
    await history.flush();
    expect(faults.calls).toBeLessThan(20);
    expect(faults.buffers).toBeLessThan(100);
  });

  test('the journal stays small', async () => {
    for (let n = 0; n < 3000; n += 1) {
      history.mark({ container: 'c'.repeat(200), stdout: n, stderr: 0 }, null);
      await history.flush();
    }
    expect(readFileSync(join(dir, 'journal')).length).toBeLessThanOrEqual(256 * 1024);
    await history.close();
    history = await open();
    expect(history.consumed.stdout).toBe(2999);
  });
});
