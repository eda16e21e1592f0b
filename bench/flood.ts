import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Context, Scenario } from './context.ts';
import { BenchHost } from './host.ts';
import { cpuSeconds, delay, measure, median, memory } from './meter.ts';

const line = `${'the quick brown fox jumps over the lazy dog '.repeat(2).slice(0, 69)}.\n`;
const mark = 'END-OF-FLOOD';
/** Prints as many bytes of the same line as it is told to on its standard input, then the mark. */
const command = `while read -r n; do yes '${line.slice(0, -1)}' | head -c "$n"; echo ${mark}; done`;
const roundTimeoutMs = 120_000;
/** The engine is still writing its log when the last byte has come: the next round waits for it, in ms. */
const restMs = 700;

const consoleFrame = z.object({ event: z.literal('console'), data: z.string(), offset: z.number() });

/** Keeps frames in one block that was there before: a client busy with its own garbage would be too slow for the flood. */
class Recorder {
  private readonly block: Buffer;
  private readonly ends: number[] = [];

  constructor(bytes: number) {
    // Filled, so that the memory is really there.
    this.block = Buffer.alloc(bytes, 1);
  }

  clear(): void {
    this.ends.length = 0;
  }

  add(payload: Buffer): void {
    const at = this.ends.at(-1) ?? 0;
    if (at + payload.length > this.block.length) throw new Error('more text came than was asked for');
    this.block.set(payload, at);
    this.ends.push(at + payload.length);
  }

  *frames(): Generator<Buffer> {
    let at = 0;
    for (const end of this.ends) {
      yield this.block.subarray(at, end);
      at = end;
    }
  }
}

interface Round {
  megabytesPerSecond: number;
  cpu: number;
  /** In words; null: every byte came once and in order, and each offset was right. */
  problem: string | null;
}

/** One typed command makes a container print 60 MB; how long until one client has all of it? */
export const flood: Scenario = async (context) => {
  const { setup, engine, disposers, quick, say } = context;
  const rounds = quick ? 2 : 5;
  const bytes = line.length * Math.floor((quick ? 6e6 : 60e6) / line.length);
  const host = await BenchHost.start(setup, disposers);
  const id = `bench-flood-${randomBytes(3).toString('hex')}`;
  await host.install(id, command);
  const container = await host.run(id);
  const copy = await engine.copy(container, `${container}-raw`);
  disposers.add('copy', () => engine.remove(copy));
  await engine.start(copy);
  // Each text twice, with its escapes and the words around it.
  const recorder = new Recorder(Math.round(bytes * 2.5));
  const { residentMb: restMb } = memory(host.pid);
  const results: Record<'raw' | 'plain' | 'twins', Round[]> = { raw: [], plain: [], twins: [] };
  for (let round = 1; round <= rounds; round += 1) {
    say(`flood, round ${round} of ${rounds}`);
    results.raw.push(await rawRound(context, copy, bytes));
    results.plain.push(await hostRound(host, id, { bytes, twins: false, recorder }));
    results.twins.push(await hostRound(host, id, { bytes, twins: true, recorder }));
  }
  const { peakMb } = memory(host.pid);
  return chapter(results, { peakMb, restMb, bytes, rounds });
};

async function rawRound({ engine }: Context, container: string, bytes: number): Promise<Round> {
  let received = 0;
  let ended = false;
  const reader = await engine.attach(container, (text) => {
    received += text.length;
    ended ||= tail(text).includes(mark);
  });
  const round = await timed(
    process.pid,
    bytes,
    () => reader.write(`${bytes}\n`),
    () => ended,
  );
  reader.close();
  const extra = received - bytes - mark.length - 1;
  return { ...round, problem: extra === 0 ? null : `${extra} bytes too many` };
}

interface HostRound {
  bytes: number;
  twins: boolean;
  recorder: Recorder;
}

async function hostRound(host: BenchHost, id: string, { bytes, twins, recorder }: HostRound): Promise<Round> {
  recorder.clear();
  let ended = 0;
  const reader = await host.connect(`/ws/${id}${twins ? '' : '?duplicate=false'}`, (payload) => {
    recorder.add(payload);
    if (tail(payload).includes(mark)) ended += 1;
  });
  await delay(200);
  const command = { event: 'send_command', command: `${bytes}\n` };
  const isDone = (): boolean => ended >= (twins ? 2 : 1) || reader.isClosed;
  const round = await timed(host.pid, bytes, () => reader.send(command), isDone);
  reader.close();
  return {
    ...round,
    problem:
      reader.isClosed && ended === 0
        ? 'the host closed the socket'
        : findProblem(recorder.frames(), bytes, twins),
  };
}

const tail = (bytes: Buffer): string => bytes.toString('latin1', Math.max(0, bytes.length - 64));

async function timed(
  pid: number,
  bytes: number,
  begin: () => void,
  isDone: () => boolean,
): Promise<Omit<Round, 'problem'>> {
  const before = cpuSeconds(pid);
  let seconds = 0;
  await measure([], async () => {
    const began = performance.now();
    begin();
    while (!isDone()) {
      if (performance.now() - began > roundTimeoutMs) throw new Error('the flood did not come to its end');
      await delay(1);
    }
    seconds = (performance.now() - began) / 1000;
  });
  // What was put off until after the flood is part of its price.
  await delay(restMs);
  return { megabytesPerSecond: bytes / 1e6 / seconds, cpu: cpuSeconds(pid) - before };
}

function findProblem(frames: Iterable<Buffer>, bytes: number, twins: boolean): string | null {
  const expected = line.repeat(1000);
  let text = 0;
  let next: number | null = null;
  let plain = '';
  let twinCount = 0;
  for (const payload of frames) {
    const event: unknown = JSON.parse(payload.toString('utf8'));
    const frame = consoleFrame.safeParse(event);
    if (!frame.success) {
      if (payload.includes('"console duplicate"') && payload.includes(JSON.stringify(plain))) twinCount += 1;
      if (payload.includes('"event":"gap"')) return `a gap: ${payload}`;
      continue;
    }
    const { data, offset } = frame.data;
    if (next !== null && offset !== next) return `offset ${offset} where ${next} was expected`;
    next = offset + data.length;
    const at = text % line.length;
    const wanted = Math.min(data.length, bytes - text);
    if (data.slice(0, wanted) !== expected.slice(at, at + wanted)) return `wrong text behind byte ${text}`;
    text += data.length;
    plain = data;
    if (twins) twinCount -= 1;
  }
  if (twinCount !== 0) return 'a frame without its twin';
  return text === bytes + mark.length + 1 ? null : `${text} bytes instead of ${bytes + mark.length + 1}`;
}

interface Facts {
  peakMb: number;
  /** Before the first flood. */
  restMb: number;
  bytes: number;
  rounds: number;
}

function chapter(
  results: Record<'raw' | 'plain' | 'twins', Round[]>,
  { peakMb, restMb, bytes, rounds }: Facts,
): Awaited<ReturnType<Scenario>> {
  const { raw, plain, twins } = results;
  const rate = (of: Round[]): number => median(of.map((round) => round.megabytesPerSecond));
  const cpu = (of: Round[]): number => median(of.map((round) => round.cpu));
  const ratio = (of: Round[]): number =>
    median(
      of.map((round, index) => round.megabytesPerSecond / (raw[index]?.megabytesPerSecond ?? Number.NaN)),
    );
  const problems = Object.entries(results).flatMap(([name, all]) =>
    all.flatMap(({ problem }) => (problem === null ? [] : [`INCOMPLETE (${name}): ${problem}`])),
  );
  const whole = [...plain, ...twins].filter(({ problem }) => problem === null).length;
  return {
    title: `Flood: ${(bytes / 1e6).toFixed(0)} MB of 71-byte lines to one client, history on`,
    figures: [
      {
        key: 'flood.rate',
        what: 'rate',
        unit: 'MB/s',
        value: rate(plain),
        raw: rate(raw),
        ratio: ratio(plain),
        target: { of: 'ratio', atLeast: 0.95 },
      },
      {
        key: 'flood.rate-twins',
        what: '… with twins',
        unit: 'MB/s',
        value: rate(twins),
        raw: rate(raw),
        ratio: ratio(twins),
      },
      {
        key: 'flood.cpu',
        what: 'CPU',
        unit: 's',
        value: cpu(plain),
        raw: cpu(raw),
        target: { of: 'ratio', atMost: 2 },
      },
      { key: 'flood.cpu-twins', what: '… with twins', unit: 's', value: cpu(twins), raw: cpu(raw) },
      {
        key: 'flood.complete',
        what: 'rounds complete to the byte',
        unit: `of ${rounds * 2}`,
        value: whole,
        target: { of: 'value', atLeast: rounds * 2 },
      },
      {
        key: 'flood.memory',
        what: 'peak memory',
        unit: 'MB',
        value: peakMb,
        target: { of: 'value', atMost: 95 },
      },
      { key: 'flood.memory-added', what: '… more than before', unit: 'MB', value: peakMb - restMb },
    ],
    notes: [
      `Medians of ${rounds} rounds that take turns; the raw reader attaches to a second container with the same options and counts bytes.`,
      'From the typed command to the last byte. The engine, writing its log, sets the pace.',
      ...problems,
    ],
  };
}
