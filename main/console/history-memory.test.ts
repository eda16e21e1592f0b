import { expect, test } from 'vitest';
import { emptyRecord } from './history-journal.ts';
import { HistoryMemory } from './history-memory.ts';

const consumed = { container: 'c', stdout: 0, stderr: 0 };
const part = (letter: string, bytes = 30_000): Buffer => Buffer.alloc(bytes, letter);

/** Takes what waits, as the writer does; the text of it at that time. */
function take(memory: HistoryMemory): { text: string; buffers: Buffer[]; end: number } {
  const batch = memory.batch(Number.POSITIVE_INFINITY);
  if (!batch) throw new Error('nothing waits');
  return { text: Buffer.concat(batch.buffers).toString(), ...batch };
}

test('X1 what was appended stays as it was, whatever is read into its memory afterwards', () => {
  const memory = new HistoryMemory(emptyRecord);
  const read = part('a');
  memory.push(read, consumed);
  read.fill('b');
  memory.push(read, consumed);
  expect(take(memory).text).toBe('a'.repeat(30_000) + 'b'.repeat(30_000));
});

test('X1 text that was read out stays as it was when its memory is used for newer text', () => {
  const memory = new HistoryMemory(emptyRecord);
  for (const letter of 'abcdef') memory.push(part(letter), consumed);
  const early = memory.slice(0, 60_000);
  memory.written(memory.end);
  for (const letter of 'ghijkl') memory.push(part(letter), consumed);
  expect(early.toString()).toBe('a'.repeat(30_000) + 'b'.repeat(30_000));
  expect(take(memory).text).toBe([...'ghijkl'].map((letter) => letter.repeat(30_000)).join(''));
});

test('X1 a write that is on its way keeps its memory, also when the disk is too slow and text is lost meanwhile', () => {
  const memory = new HistoryMemory(emptyRecord);
  for (const letter of 'abcdef') memory.push(part(letter), consumed);
  const batch = take(memory);
  expect(memory.drop(60_000)).toBeGreaterThan(0);
  for (const letter of 'uvwxyz') memory.push(part(letter), consumed);
  expect(Buffer.concat(batch.buffers).toString()).toBe(batch.text);
});

test('a flood that is written as it comes needs no new memory', () => {
  const memory = new HistoryMemory(emptyRecord);
  const round = (): Set<ArrayBufferLike> => {
    for (let index = 0; index < 20; index += 1) memory.push(part('x', 32 * 1024), consumed);
    const { buffers, end } = take(memory);
    memory.written(end);
    return new Set(buffers.map(({ buffer }) => buffer));
  };
  const known = new Set([...round(), ...round()]);
  for (let rounds = 0; rounds < 10; rounds += 1) for (const buffer of round()) known.add(buffer);
  expect(known.size).toBeLessThanOrEqual(24);
});
