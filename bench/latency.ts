import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Context, Scenario } from './context.ts';
import { BenchHost } from './host.ts';
import { delay, FineClock, measure, percentile } from './meter.ts';
import type { Figure } from './report.ts';
import { arrivals, TimedLines } from './timed-lines.ts';

/** Echoes that one reader takes before it is the other's turn. */
const turn = 25;
/**
 * Lines with the time at which they were printed and a running number, fifty a second. All in the shell itself: its clock, and
 * a pipe that nobody writes to for the pause.
 */
const printer =
  'mkfifo /tmp/pause; exec 3<>/tmp/pause; i=0; ' +
  'while :; do i=$((i+1)); echo "$EPOCHREALTIME $i"; read -t 0.02 x <&3; done';
const echoTimeoutMs = 10_000;
/** Until the programs are compiled and what their start left behind is collected: a server prints for days. In ms. */
const warmMs = { full: 10_000, quick: 1000 };

/** How late a single line comes when nothing else happens, and how long a typed command's echo takes. */
export const latency: Scenario = async (context) => {
  const { setup, disposers, quick, say } = context;
  const host = await BenchHost.start(setup, disposers);
  const seconds = quick ? 5 : 30;
  say(`single lines for ${seconds} s`);
  const single = await singleLines(context, host, seconds);
  const count = quick ? 50 : 500;
  say(`${count} typed commands`);
  const echo = await echoes(context, host, count);
  return {
    title: 'Latency: 50 lines a second, one client',
    figures: [...single, ...echo],
    notes: [
      'A line carries the time at which it was printed, by the shell’s clock; both readers sit in the same process and watch the same container.',
      `CPU: after ${(quick ? warmMs.quick : warmMs.full) / 1000} s of the same, in which code gets compiled. The raw reader that it is compared with is a process of its own.`,
      'Added: the same line, its arrival by the socket minus its arrival at the raw reader.',
      'Echo: a line typed into a container that runs cat, until it is back; the raw reader types into a second container with the same options, in turns. One after the other, and with pauses, in which processors and caches go cold. The first ones, in which code gets compiled on the processors that the game needs, stand by themselves: nobody types five hundred commands in a second.',
    ],
  };
};

async function singleLines(context: Context, host: BenchHost, seconds: number): Promise<Figure[]> {
  const { engine, quick } = context;
  const id = `bench-lines-${randomBytes(3).toString('hex')}`;
  await host.install(id, printer);
  const container = await host.run(id);
  const clock = new FineClock();
  const raw = new TimedLines(clock);
  const own = new TimedLines(clock);
  const reader = await engine.attach(container, (text) => raw.push(text.toString('latin1')));
  const client = await host.connect(`/ws/${id}?duplicate=false`, (payload) => own.pushFrame(payload));
  const rawPid = await startRawReader(context, container);
  await delay(quick ? warmMs.quick : warmMs.full);
  clock.calibrate();
  raw.clear();
  own.clear();
  const load = await measure([[host.pid], [rawPid]], () => delay(seconds * 1000));
  const cpu = load.cpu.map((used) => (used * 1000) / load.seconds);
  reader.close();
  client.close();
  const { own: late, raw: rawLate, added } = arrivals(own, raw);
  return [
    {
      key: 'latency.p50',
      what: 'line, median',
      unit: 'ms',
      value: percentile(late, 0.5),
      raw: percentile(rawLate, 0.5),
      target: { of: 'ratio', atMost: 1.8 },
    },
    {
      key: 'latency.p99',
      what: 'line, p99',
      unit: 'ms',
      value: percentile(late, 0.99),
      raw: percentile(rawLate, 0.99),
      target: { of: 'ratio', atMost: 2.3 },
    },
    { key: 'latency.added-p50', what: 'added, median', unit: 'ms', value: percentile(added, 0.5) },
    { key: 'latency.added-p99', what: 'added, p99', unit: 'ms', value: percentile(added, 0.99) },
    {
      key: 'latency.cpu',
      what: 'CPU of the host meanwhile',
      unit: 'ms a second',
      value: cpu[0] ?? Number.NaN,
      raw: cpu[1] ?? Number.NaN,
      target: { of: 'value', atMost: 18 },
    },
  ];
}

/** Its process id, once it reads. */
async function startRawReader({ socketPath, disposers }: Context, container: string): Promise<number> {
  const child = fork(join(import.meta.dirname, 'raw-reader.js'), [socketPath, container]);
  disposers.add('raw reader', async () => {
    child.kill();
  });
  await once(child, 'message');
  if (child.pid === undefined) throw new Error('The raw reader did not start.');
  return child.pid;
}

async function echoes({ engine, disposers }: Context, host: BenchHost, count: number): Promise<Figure[]> {
  const id = `bench-echo-${randomBytes(3).toString('hex')}`;
  await host.install(id, 'cat');
  const container = await host.run(id);
  const copy = await engine.copy(container, `${container}-raw`);
  disposers.add('copy', () => engine.remove(copy));
  await engine.start(copy);
  let awaited = '';
  let back = (): void => {};
  const seen = (text: Buffer): void => {
    if (awaited !== '' && text.includes(awaited)) back();
  };
  const reader = await engine.attach(copy, seen);
  const client = await host.connect(`/ws/${id}?duplicate=false`, seen);
  let serial = 0;
  const once = async (word: string, type: (text: string) => void): Promise<number> => {
    serial += 1;
    const text = `${word} ${serial}.`;
    const returned = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no echo of ${text}`)), echoTimeoutMs);
      back = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    awaited = text;
    const began = performance.now();
    type(`${text}\n`);
    await returned;
    awaited = '';
    return performance.now() - began;
  };
  const alternate = async (pauseMs: number): Promise<{ own: number[]; raw: number[] }> => {
    const times: { own: number[]; raw: number[] } = { own: [], raw: [] };
    for (let index = 0; index < count; index += turn) {
      await repeat(times.raw, turn, pauseMs, () => once('raw', (text) => reader.write(text)));
      await repeat(times.own, turn, pauseMs, () =>
        once('host', (command) => client.send({ event: 'send_command', command })),
      );
    }
    return times;
  };
  const cold = await alternate(0);
  const quickly = await alternate(0);
  const slowly = await alternate(20);
  reader.close();
  client.close();
  return [
    ...echoFigures('echo', 'echo of a command', quickly),
    ...echoFigures('echo-cold', '… the first ones after a start', cold),
    ...echoFigures('echo-paused', '… typed 20 ms after the last', slowly),
  ];
}

async function repeat(
  times: number[],
  count: number,
  pauseMs: number,
  act: () => Promise<number>,
): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    times.push(await act());
    if (pauseMs > 0) await delay(pauseMs);
  }
}

function echoFigures(key: string, what: string, { own, raw }: { own: number[]; raw: number[] }): Figure[] {
  const isQuick = key === 'echo';
  return [
    {
      key: `${key}.p50`,
      what: `${what}, median`,
      unit: 'ms',
      value: percentile(own, 0.5),
      raw: percentile(raw, 0.5),
      ...(isQuick ? { target: { of: 'value', atMost: 0.5 } } : {}),
    },
    {
      key: `${key}.p99`,
      what: `${what}, p99`,
      unit: 'ms',
      value: percentile(own, 0.99),
      raw: percentile(raw, 0.99),
      ...(isQuick ? { target: { of: 'ratio', atMost: 3 } } : {}),
    },
  ];
}
