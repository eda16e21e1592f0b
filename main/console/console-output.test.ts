import { expect, onTestFinished, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { until } from '../../tests/support/until.ts';
import { silentLog } from '../lib/log.ts';
import { ConsoleOutput } from './console-output.ts';
import { openHistory } from './history.ts';

const consumed = { container: 'c', stdout: 0, stderr: 0 };

/** An output with so many listeners, and what they were told, batch by batch. */
async function outputFor(audience: number) {
  const history = await openHistory({ dir: tempDir(), log: silentLog });
  const output = new ConsoleOutput({
    history,
    audience: () => audience,
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(() => {
    output.close();
    return history.close();
  });
  const heard: string[] = [];
  output.onBatch(({ pieces }) => heard.push(Buffer.concat(pieces).toString()));
  const read = (...texts: string[]): void => {
    output.beginRead();
    for (const text of texts) output.append(Buffer.from(text), consumed);
    output.endRead();
  };
  return { history, output, heard, read };
}

test.each([1, 100])(
  'S8 %i listeners get text as it was read, whatever its memory holds in the next turn',
  async (audience) => {
    const { history, output } = await outputFor(audience);
    let heard = '';
    output.onBatch(({ from, to, pieces }) => {
      expect(from).toBe(heard.length);
      heard += Buffer.concat(pieces).toString();
      expect(to).toBe(heard.length);
    });
    const read = Buffer.alloc(20_000);
    let expected = '';
    for (let turn = 0; turn < 60; turn += 1) {
      const length = (turn * 977) % read.length;
      const text = read.subarray(0, length).fill(97 + (turn % 26));
      expected += text.toString();
      output.append(text, consumed);
      await new Promise(setImmediate);
      read.fill('!');
    }
    await until(() => heard.length === expected.length);
    expect(heard).toBe(expected);
    expect((await history.read(0, expected.length)).data.toString()).toBe(expected);
  },
);

test('S8 what came in one read goes out together, before anything else happens', async () => {
  const { heard, read } = await outputFor(1);
  read('one\n', 'two\n');
  expect(heard).toEqual(['one\ntwo\n']);
  read();
  expect(heard).toHaveLength(1);
});

test('S8 the lines of a small burst wait for no timer, unless a crowd listens', async () => {
  const few = await outputFor(5);
  for (const line of ['1\n', '2\n', '3\n']) few.read(line);
  expect(few.heard).toEqual(['1\n', '2\n', '3\n']);
  const crowd = await outputFor(500);
  for (const line of ['1\n', '2\n', '3\n']) crowd.read(line);
  expect(crowd.heard).toEqual(['1\n']);
  await until(() => crowd.heard.length === 2);
  expect(crowd.heard).toEqual(['1\n', '2\n3\n']);
});

test('S8 an event in the middle of a read comes behind what was read before it, and what follows comes too', async () => {
  const { output, heard } = await outputFor(1);
  output.beginRead();
  output.append(Buffer.from('before\n'), consumed);
  output.flush();
  expect(heard).toEqual(['before\n']);
  output.append(Buffer.from('after\n'), consumed);
  output.endRead();
  expect(heard).toEqual(['before\n', 'after\n']);
});
