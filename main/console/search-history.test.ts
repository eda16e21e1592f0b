import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../lib/log.ts';
import type { ConsoleHistory } from './contract.ts';
import { openHistory } from './history.ts';
import { foundAtOnce, searchedAtOnce, searchHistory } from './search-history.ts';

let dir: string;
let history: ConsoleHistory;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'search-'));
  history = await openHistory({ dir: join(dir, 'console'), log: silentLog });
});

afterEach(async () => {
  await history.close();
  rmSync(dir, { recursive: true, force: true });
});

function add(text: string): void {
  history.append(Buffer.from(text), { container: 'one', stdout: history.consumed.stdout + 1, stderr: 0 });
}

/** All matches, by as many calls as it takes, oldest first. */
async function all(text: string): Promise<{ matches: number[]; calls: number }> {
  const matches: number[] = [];
  let before = history.end;
  for (let calls = 1; ; calls += 1) {
    const found = await searchHistory(history, { text, before });
    expect(found.to).toBe(before);
    matches.unshift(...[...found.matches].reverse());
    if (found.from <= found.oldest) return { matches, calls };
    expect(found.from).toBeLessThan(before);
    before = found.from;
  }
}

const lineAt = async (offset: number): Promise<string> =>
  (await history.read(offset, 300)).data.toString().split('\n')[0] ?? '';

test('finds each line once, as it is seen: colours, titles and case are nothing to it', async () => {
  add('one\n\x1b[32mDone\x1b[0m (3.2s)!\nnot d\x1b[1mon\x1b[0mE\n\x1b]0;done\x07title\nundon\n');
  add('Ünï DONE done without an end');
  const { matches } = await all('DoNe');
  expect(await Promise.all(matches.map(lineAt))).toEqual([
    '\x1b[32mDone\x1b[0m (3.2s)!',
    'not d\x1b[1mon\x1b[0mE',
    'Ünï DONE done without an end',
  ]);
  expect((await all('title')).matches).toHaveLength(1);
  expect((await all('absent')).matches).toEqual([]);
});

test('of 30 MB each line is found, in calls of a bounded size', async () => {
  const filler = 'x'.repeat(60);
  let count = 0;
  while (history.end < 30 * 1024 * 1024) {
    let block = '';
    for (let line = 0; line < 10_000; line += 1) {
      count += 1;
      block += `${count} ${filler}\n`;
    }
    add(block);
    await history.flush();
  }
  const { matches, calls } = await all(' needle');
  expect(matches).toEqual([]);
  expect(calls).toBeGreaterThan(30 / (searchedAtOnce / 1024 / 1024) - 1);
  const found = await all(`00 ${filler}`);
  expect(found.matches).toHaveLength(Math.floor(count / 100));
  expect(new Set(found.matches).size).toBe(found.matches.length);
  expect(found.matches).toEqual([...found.matches].sort((a, b) => a - b));
  expect(await lineAt(found.matches[0] ?? 0)).toBe(`100 ${filler}`);
  const many = await searchHistory(history, { text: 'x', before: history.end });
  expect(many.matches.length).toBeGreaterThanOrEqual(foundAtOnce);
  expect(many.matches.length).toBeLessThan(foundAtOnce + 5000);
});

test('a line longer than what is looked at once is gone through, and nothing is an endless search', async () => {
  add(`begin ${'y'.repeat(700_000)} end\n`);
  add('short\n');
  const { matches } = await all('short');
  expect(await lineAt(matches[0] ?? 0)).toBe('short');
  expect((await all('begin')).matches).toEqual([0]);
});

test('agrees with a search of the lines themselves', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'ab', 'ä', 'b\r', '', 'ba', '😀', 'x'.repeat(3000)), { maxLength: 200 }),
      async (lines) => {
        const start = history.end;
        add(lines.map((line) => `${line}\n`).join(''));
        const expected: number[] = [];
        let at = start;
        for (const line of lines) {
          if (line.includes('b')) expected.push(at);
          at += Buffer.byteLength(line) + 1;
        }
        expect((await all('b')).matches.filter((offset) => offset >= start)).toEqual(expected);
      },
    ),
    { numRuns: 30 },
  );
});
