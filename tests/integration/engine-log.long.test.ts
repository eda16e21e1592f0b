import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../main/docker/contract.ts';
import { has } from '../support/requirements.ts';
import { until } from '../support/until.ts';
import { createOwned, ended, readAll, realEngine, testSpec } from './engine-support.ts';

const command = [
  'echo hello',
  "head -c 40000 /dev/zero | tr '\\0' x",
  'echo',
  "head -c 16384 /dev/zero | tr '\\0' y",
  'echo',
  'echo "says 2099-01-01T00:00:00.123456789Z itself"',
  'printf "no end"',
].join('; ');

function expected(tty: boolean): string {
  const newline = tty ? '\r\n' : '\n';
  const lines = [
    'hello',
    'x'.repeat(40_000),
    'y'.repeat(16_384),
    'says 2099-01-01T00:00:00.123456789Z itself',
  ];
  return `${lines.map((line) => `${line}${newline}`).join('')}no end`;
}

/** Long repetitions by their number, so that a failure can be read. */
function squeeze(text: string): string {
  return text.replace(/([xy])\1{9,}/g, (run, letter) => `<${letter} * ${run.length}>`);
}

function compact(entries: LogEntry[]): string {
  return squeeze(entries.map((entry) => entry.data.toString()).join(''));
}

describe.skipIf(!has('images'))("the engine's log", () => {
  it.each([true, false])(
    "S14: gives the program's bytes back, long lines and times in its text too (tty %s)",
    async (tty) => {
      const engine = await realEngine();
      const id = await createOwned(engine, testSpec(command, { tty }));
      await engine.start(id);
      await ended(id);
      const entries = await readAll(engine, id, { tty });
      expect(compact(entries)).toBe(squeeze(expected(tty)));
      const long = entries.filter((entry) => entry.data[0] === 0x78);
      expect(long.map((entry) => entry.data.length)).toEqual([
        16_384,
        16_384,
        40_000 - 32_768 + (tty ? 2 : 1),
      ]);
      expect(new Set(long.map((entry) => entry.time)).size).toBe(1);
      const times = entries.map((entry) => entry.time);
      expect([...times].sort()).toEqual(times);
    },
  );

  it.each([true, false])(
    'S14: the runs of a container come one after the other, without a time between (tty %s)',
    async (tty) => {
      const engine = await realEngine();
      const plain = command.replace(/; echo "says[^;]*/, '');
      const id = await createOwned(engine, testSpec(plain, { tty }));
      const one = expected(tty).replace(/says[^\n]*\n/, '');
      for (const _run of [1, 2, 3]) {
        await engine.start(id);
        await ended(id);
      }
      const entries = await readAll(engine, id, { tty });
      expect(compact(entries)).toBe(squeeze(one.repeat(3)));
      expect(entries.filter((entry) => entry.data.toString() === 'no end')).toHaveLength(3);
    },
  );

  it.each([true, false])(
    'S14: `since` is inclusive to the nanosecond, `tail` counts from the end (tty %s)',
    async (tty) => {
      const engine = await realEngine();
      const id = await createOwned(
        engine,
        testSpec('for i in 1 2 3 4 5; do echo line $i; sleep 0.05; done', { tty }),
      );
      await engine.start(id);
      await ended(id);
      const all = await readAll(engine, id, { tty });
      expect(all).toHaveLength(5);
      expect(await readAll(engine, id, { tty, since: all[2]?.time })).toEqual(all.slice(2));
      expect(await readAll(engine, id, { tty, tail: 2 })).toEqual(all.slice(3));
      await expect(readAll(engine, id, { tty, since: 'yesterday' })).rejects.toMatchObject({
        code: 'invalid',
      });
    },
  );

  it('tells standard error from standard output', async () => {
    const engine = await realEngine();
    const id = await createOwned(engine, testSpec('echo out; echo err >&2'));
    await engine.start(id);
    await ended(id);
    const entries = await readAll(engine, id, { tty: false });
    expect(entries.map(({ stream, data }) => `${stream} ${data}`).sort()).toEqual([
      'stderr err\n',
      'stdout out\n',
    ]);
  });

  it.each([true, false])('follows until the container ends, or until the signal (tty %s)', async (tty) => {
    const engine = await realEngine();
    const id = await createOwned(engine, testSpec('echo one; read line; echo two', { tty }));
    await engine.start(id);
    const seen: string[] = [];
    const follow = (async () => {
      for await (const batch of engine.readLog(id, { tty, follow: true }, new AbortController().signal)) {
        seen.push(...batch.map((entry) => entry.data.toString().trim()));
      }
    })();
    const controller = new AbortController();
    const cut = (async () => {
      for await (const _batch of engine.readLog(id, { tty, follow: true }, controller.signal))
        controller.abort();
    })();
    await cut;
    await until(() => seen.includes('one'), { what: 'the first line' });
    await engine.signal(id, 'SIGKILL');
    await follow;
    expect(seen).toEqual(['one']);
  });

  it('a container that is gone is not found', async () => {
    const engine = await realEngine();
    await expect(readAll(engine, 'lightdeck-test-absent', { tty: false })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
