import { expect, test, vi } from 'vitest';
import type { HistoryFiles } from './history-files.ts';
import { emptyRecord } from './history-journal.ts';
import { HistoryMemory } from './history-memory.ts';
import { HistoryWriter } from './history-writer.ts';

const consumed = { container: 'c', stdout: 0, stderr: 0 };

/** A writer on files that count what is asked of them; time is the test's. */
function makeWriter(): { print: (text: string) => void; writes: () => number } {
  let writes = 0;
  const files: Pick<
    HistoryFiles,
    'roomAt' | 'writeText' | 'writeRecord' | 'trim' | 'release' | 'datasync' | 'isHolding'
  > = {
    roomAt: () => 4 * 1024 * 1024,
    writeText: async () => {
      writes += 1;
    },
    writeRecord: async () => {},
    trim: async () => {},
    release: async () => {},
    datasync: async () => {},
    isHolding: false,
  };
  const memory = new HistoryMemory(emptyRecord);
  const writer = new HistoryWriter({ dir: '/x', memory, files, onTrouble: () => {} });
  return {
    print: (text) => {
      memory.push(Buffer.from(text), consumed);
      writer.textCame(text.endsWith('\n'));
    },
    writes: () => writes,
  };
}

test('a trickle of whole lines is written once a second, not once a line', async () => {
  vi.useFakeTimers();
  const { print, writes } = makeWriter();
  for (let line = 0; line < 200; line += 1) {
    print(`line ${line}\n`);
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(writes()).toBeGreaterThanOrEqual(3);
  expect(writes()).toBeLessThanOrEqual(4);
  vi.useRealTimers();
});

test('an unfinished line does not wait for others: the engine has it in no log', async () => {
  vi.useFakeTimers();
  const { print, writes } = makeWriter();
  print('a whole line\n');
  await vi.advanceTimersByTimeAsync(100);
  expect(writes()).toBe(0);
  print('ready> ');
  await vi.advanceTimersByTimeAsync(20);
  expect(writes()).toBe(1);
  vi.useRealTimers();
});

test('a line that ends, or grows, within that moment is gathered like others, for a second at most', async () => {
  vi.useFakeTimers();
  const { print, writes } = makeWriter();
  for (let piece = 0; piece < 90; piece += 1) {
    print(piece % 2 === 0 ? 'half of a line, ' : 'its other half\nand a beginning of ');
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(writes()).toBe(0);
  await vi.advanceTimersByTimeAsync(19);
  expect(writes()).toBe(1);
  for (let piece = 0; piece < 210; piece += 1) {
    print('more of one line, ');
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(writes()).toBe(3);
  vi.useRealTimers();
});
