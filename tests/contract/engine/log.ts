import { expect } from 'vitest';
import type { LogEntry } from '../../../main/docker/contract.ts';
import { type Expectation, see, textOf } from './lab.ts';

/** Letter and length of each entry: `x16384`. */
const lengths = (entries: LogEntry[]): string[] =>
  entries.map(({ data }) => `${data.toString('latin1', 0, 1)}${data.length}`.replace('\n', '\\n'));

function eachTty(
  title: string,
  check: (lab: Parameters<Expectation['check']>[0], tty: boolean) => Promise<void>,
): Expectation[] {
  return [false, true].map((tty) => ({ title: `${title} (tty ${tty})`, check: (lab) => check(lab, tty) }));
}

/** The engine's own log. */
export const logExpectations: Expectation[] = [
  {
    title: 'a container that has never run has an empty log, followed or not',
    async check(lab) {
      const id = await lab.create(lab.spec('greet'));
      expect(await lab.readLog(id)).toEqual([]);
      expect(await lab.readLog(id, { follow: true })).toEqual([]);
    },
  },
  ...eachTty('an entry is a line with its newline; times are in nine digits and rise', async (lab, tty) => {
    const entries = await lab.readLog(await lab.runToEnd('five', { tty }), { tty });
    expect(entries.map(({ data }) => data.toString())).toEqual(
      [1, 2, 3, 4, 5].map((i) => `line ${i}${tty ? '\r\n' : '\n'}`),
    );
    const times = entries.map(({ time }) => time);
    for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    expect([...times].sort()).toEqual(times);
    expect(new Set(times).size).toBe(5);
  }),
  ...eachTty('F7 each byte that is no text is a U+FFFD of its own in the log', async (lab, tty) => {
    const entries = await lab.readLog(await lab.runToEnd('no text', { tty }), { tty });
    const bad = '\ufffd';
    const lines = [`${bad.repeat(4)} ${bad.repeat(2)}x ${bad.repeat(3)}`, 'é'];
    expect(textOf(entries).replaceAll('\r', '')).toBe(`${lines.join('\n')}\n`);
  }),
  ...eachTty('longer lines come in pieces of 16 KiB with one time', async (lab, tty) => {
    const entries = await lab.readLog(await lab.runToEnd('long', { tty }), { tty });
    const newline = tty ? 2 : 1;
    expect(lengths(entries)).toEqual([
      'x16384',
      'x16384',
      `x${40_000 - 32_768 + newline}`,
      'y16384',
      tty ? '\r2' : '\\n1',
      `e${3 + newline}`,
    ]);
    expect(new Set(entries.slice(0, 3).map(({ time }) => time)).size).toBe(1);
    expect(entries[3]?.time).toBe(entries[4]?.time);
  }),
  ...eachTty('text without a newline is written when the run ends, and stays so', async (lab, tty) => {
    const id = await lab.runToEnd('unended', { tty });
    expect(textOf(await lab.readLog(id, { tty }))).toBe(tty ? 'line\r\nno end' : 'line\nno end');
  }),
  ...eachTty('the runs of a container come one after the other', async (lab, tty) => {
    const id = await lab.runToEnd('unended', { tty });
    await lab.engine.start(id);
    await lab.ended(id);
    const entries = await lab.readLog(id, { tty });
    expect(entries.map(({ data }) => data.toString().trim())).toEqual(['line', 'no end', 'line', 'no end']);
  }),
  {
    title: 'a line that has not ended is not in the log yet',
    async check(lab) {
      const id = await lab.create(lab.spec('prompt'));
      const attached = await lab.attach(id);
      await lab.engine.start(id);
      await see('the prompt', () => attached.text().endsWith('name? '));
      expect(textOf(await lab.readLog(id))).toBe('before\n');
      attached.write('you\n');
      await see('the whole line', async () => textOf(await lab.readLog(id)) === 'before\nname? hello you\n');
    },
  },
  {
    title: 'of a long line that has not ended the full pieces are there',
    async check(lab) {
      const id = await lab.create(lab.spec('long prompt'));
      const attached = await lab.attach(id);
      await lab.engine.start(id);
      await see('the line', () => attached.text().length === 20_000);
      await see('the piece', async () => (await lab.readLog(id)).length > 0);
      expect(lengths(await lab.readLog(id))).toEqual(['z16384']);
    },
  },
  ...eachTty('`since` is inclusive to the nanosecond', async (lab, tty) => {
    const id = await lab.runToEnd('five', { tty });
    const all = await lab.readLog(id, { tty });
    expect(await lab.readLog(id, { tty, since: all[2]?.time ?? '' })).toEqual(all.slice(2));
  }),
  ...eachTty('`tail` counts entries from the end, before `since` is looked at', async (lab, tty) => {
    const id = await lab.runToEnd('five', { tty });
    const all = await lab.readLog(id, { tty });
    expect(await lab.readLog(id, { tty, tail: 2 })).toEqual(all.slice(3));
    expect(await lab.readLog(id, { tty, tail: 0 })).toEqual([]);
    expect(await lab.readLog(id, { tty, tail: 99 })).toEqual(all);
    expect(await lab.readLog(id, { tty, tail: 4, since: all[3]?.time ?? '' })).toEqual(all.slice(3));
    expect(await lab.readLog(id, { tty, tail: 2, since: all[0]?.time ?? '' })).toEqual(all.slice(3));
  }),
  {
    title: 'a `since` that is no time is invalid',
    async check(lab) {
      const id = await lab.create(lab.spec('greet'));
      await expect(lab.readLog(id, { since: 'yesterday' })).rejects.toMatchObject({ code: 'invalid' });
    },
  },
  {
    title: 'standard error is told from standard output',
    async check(lab) {
      const entries = await lab.readLog(await lab.runToEnd('both streams'));
      expect(entries.map(({ stream, data }) => `${stream} ${data}`).sort()).toEqual([
        'stderr err\n',
        'stdout out\n',
      ]);
    },
  },
  {
    title: 'a terminal has only standard output',
    async check(lab) {
      const entries = await lab.readLog(await lab.runToEnd('both streams', { tty: true }), { tty: true });
      expect(entries.map(({ stream, data }) => `${stream} ${data}`).sort()).toEqual([
        'stdout err\r\n',
        'stdout out\r\n',
      ]);
    },
  },
  ...eachTty('following gives what is there, then what comes, and ends with the run', async (lab, tty) => {
    const id = await lab.run('read once', { tty });
    const seen: string[] = [];
    const following = (async () => {
      const signal = AbortSignal.timeout(30_000);
      for await (const batch of lab.engine.readLog(id, { tty, follow: true }, signal))
        seen.push(...batch.map(({ data }) => data.toString().trim()));
      return signal.aborted;
    })();
    await see('the first line', () => seen.includes('one'));
    (await lab.attach(id, tty)).write('more\n');
    expect(await following).toBe(false);
    expect(seen.filter((line) => line !== 'more')).toEqual(['one', 'two more']);
  }),
  {
    title: 'following ends by the signal, without an error',
    async check(lab) {
      const id = await lab.run('echo');
      const controller = new AbortController();
      for await (const _batch of lab.engine.readLog(id, { tty: false, follow: true }, controller.signal))
        controller.abort();
      expect((await lab.engine.inspect(id))?.running).toBe(true);
    },
  },
  {
    title: 'following what has ended gives the whole log and ends',
    async check(lab) {
      expect(textOf(await lab.readLog(await lab.runToEnd('greet'), { follow: true }))).toBe('hello\n');
    },
  },
  {
    title: 'a full log loses its oldest file, the newest text stays',
    async check(lab) {
      // A file of 20 KiB holds about 250 of these lines in the engine's form.
      const id = await lab.runToEnd('flood', { log: { maxSizeMiB: 20 / 1024, maxFiles: 3 } });
      const entries = await lab.readLog(id);
      expect(entries.at(-1)?.data.toString()).toBe('number 1999\n');
      const first = Number(entries[0]?.data.toString().split(' ')[1]);
      expect(entries).toHaveLength(2000 - first);
      expect(entries.length).toBeGreaterThan(450);
      expect(entries.length).toBeLessThan(850);
    },
  },
  ...eachTty('the log of what is not there is not found', async (lab, tty) => {
    await expect(lab.readLog('lightdeck-contract-absent', { tty })).rejects.toMatchObject({
      code: 'not_found',
    });
  }),
];
