import { expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { until } from '../../tests/support/until.ts';
import { silentLog } from '../lib/log.ts';
import { ConsoleOutput } from './console-output.ts';
import { openHistory } from './history.ts';

const consumed = { container: 'c', stdout: 0, stderr: 0 };

test.each([1, 100])(
  'S8 %i listeners get text as it was read, whatever its memory holds in the next turn',
  async (audience) => {
    const history = await openHistory({ dir: tempDir(), log: silentLog });
    const output = new ConsoleOutput({
      history,
      audience: () => audience,
      onError: (error) => {
        throw error;
      },
    });
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
    output.close();
    await history.close();
  },
);
