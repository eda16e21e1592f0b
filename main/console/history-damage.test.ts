import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../lib/log.ts';
import type { ConsoleHistory } from './contract.ts';
import { openHistory } from './history.ts';

let dir: string;
let trouble: string[];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'history-damage-'));
  trouble = [];
  const history = await open();
  for (const [text, end] of [
    ['one\n', 4],
    ['two\n', 8],
    ['three\n', 14],
  ] as const) {
    history.append(Buffer.from(text), { container: 'c', stdout: end, stderr: 0 });
    await history.flush();
  }
  await history.close();
});
afterEach(() => rmSync(dir, { recursive: true }));

const open = (): Promise<ConsoleHistory> =>
  openHistory({ dir, log: silentLog, onTrouble: (message) => trouble.push(message) });
const journal = (): string => join(dir, 'journal');

/** What is found after the journal's lines were changed. */
async function found(change: (lines: string[]) => string[]) {
  writeFileSync(journal(), change(readFileSync(journal(), 'utf8').split('\n')).join('\n'));
  const history = await open();
  const { end, consumed } = history;
  await history.close();
  return { end, counted: consumed.container === null ? null : consumed.stdout };
}

describe('G8 a damaged journal', () => {
  it('that is whole tells nothing', async () => {
    expect(await found((lines) => lines)).toEqual({ end: 14, counted: 14 });
    expect(trouble).toEqual([]);
  });

  it.each([
    ['a count', (line: string) => line.replace('"c",14', '"c",10')],
    ['an end', (line: string) => line.replace('[14', '[11')],
    ['a checksum', (line: string) => line.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
    ['a name', (line: string) => line.replace('"c"', '"d"')],
  ])(
    'of which %s of the last line has changed leaves the text, uncounted, and it is told',
    async (_what, change) => {
      expect(await found((lines) => lines.with(-2, change(lines.at(-2) ?? '')))).toEqual({
        end: 14,
        counted: null,
      });
      expect(trouble).toEqual([expect.stringContaining('1 lines of the journal')]);
    },
  );

  it('of which an older line has changed goes by the newest, and it is told', async () => {
    expect(await found((lines) => lines.with(-3, 'x'))).toEqual({ end: 14, counted: 14 });
    expect(trouble).toEqual([expect.stringContaining('1 lines of the journal')]);
  });

  it('of which nothing can be read leaves the text, uncounted, and it is told', async () => {
    expect(await found(() => ['\0\0\0\0', ''])).toEqual({ end: 14, counted: null });
    expect(trouble).toEqual([expect.stringContaining('damaged')]);
  });

  it('that is gone leaves the text, uncounted, and it is told', async () => {
    rmSync(journal());
    const history = await open();
    expect([history.end, history.consumed.container]).toEqual([14, null]);
    expect(trouble).toEqual([expect.stringContaining('is lost; the text is kept')]);
    await history.close();
  });

  it('that is of the version before text had checksums is as good as any', async () => {
    const old = JSON.stringify([14, 'c', 14, 0, 't', 4, 0]);
    expect(await found(() => [old, ''])).toEqual({ end: 14, counted: 14 });
    expect(trouble).toEqual([]);
  });

  it('that is torn, as a kill leaves it, is no damage; nor is one of a version before checksums', async () => {
    expect(await found((lines) => [...lines.slice(0, -1), '[20,"c"'])).toEqual({ end: 14, counted: 14 });
    expect(
      await found((lines) =>
        lines
          .slice(0, -1)
          .map((line) => line.replace(/ \w+$/, ''))
          .concat(''),
      ),
    ).toEqual({
      end: 14,
      counted: 14,
    });
    expect(trouble).toEqual([]);
  });
});

/** Changes the bytes of the text from `from` to `to`. */
function spoil(from: number, to: number, byte = 0): void {
  const file = join(dir, '0000000000000000.log');
  writeFileSync(file, readFileSync(file).fill(byte, from, to));
}

async function opened() {
  const history = await open();
  const { end, consumed } = history;
  const { data } = await history.read(0, 100);
  await history.close();
  return { end, counted: consumed.stdout, text: data.toString() };
}

describe('G8 text that is not what was written', () => {
  it('at the end, as after a power cut, is cut off: by count it comes again from the log; and it is told', async () => {
    spoil(8, 14);
    expect(await opened()).toEqual({ end: 8, counted: 8, text: 'one\ntwo\n' });
    expect(trouble).toEqual([expect.stringMatching(/^6 bytes of the console history.*read again/)]);
  });

  it('from further back to the end, too', async () => {
    spoil(5, 14);
    expect(await opened()).toEqual({ end: 4, counted: 4, text: 'one\n' });
    expect(trouble).toEqual([expect.stringMatching(/^10 bytes/)]);
  });

  it('with right text after it stays where it is, and it is told', async () => {
    spoil(4, 5, 0x54);
    expect(await opened()).toEqual({ end: 14, counted: 14, text: 'one\nTwo\nthree\n' });
    expect(trouble).toEqual([expect.stringMatching(/^4 bytes[^.]*check the disk$/)]);
  });

  it('all of it begins anew', async () => {
    spoil(0, 14, 0x58);
    expect(await opened()).toEqual({ end: 0, counted: 0, text: '' });
    expect(trouble).toEqual([expect.stringMatching(/^14 bytes/)]);
  });
});
