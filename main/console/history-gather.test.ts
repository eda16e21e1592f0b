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

test('a trickle of whole lines is written four times a second, not once a line', async () => {
  vi.useFakeTimers();
  const { print, writes } = makeWriter();
  for (let line = 0; line < 100; line += 1) {
    print(`line ${line}\n`);
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(writes()).toBeGreaterThanOrEqual(7);
  expect(writes()).toBeLessThanOrEqual(8);
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
