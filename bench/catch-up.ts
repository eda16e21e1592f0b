import { randomBytes } from 'node:crypto';
import type { Context, Scenario } from './context.ts';
import { type EchoTimes, echoUntil } from './echo-meter.ts';
import type { RawAttach } from './engine.ts';
import { BenchHost } from './host.ts';
import { delay } from './meter.ts';
import { lastNumber, NumberedLines, numberedPrinter } from './numbered-lines.ts';
import type { Figure } from './report.ts';

/** A client that is behind the newest line by less than this is level, in seconds of printing: so much may be on its way. */
const slackSeconds = 0.25;
const levelTimeoutMs = 180_000;
/** Where the engine itself takes no time worth dividing by, in seconds: there the host has this long. */
const shortSeconds = 1.5;

interface Case {
  servers: number;
  /** Lines a second of each. */
  rate: number;
  end: 'SIGTERM' | 'SIGKILL';
}

/** A server that prints, seen by a raw reader all the time and by the host's client when there is a host. */
interface Printer {
  id: string;
  container: string;
  raw: RawAttach;
  /** The newest line that the raw reader saw. */
  watched: { newest: number };
  seen: NumberedLines;
}

/** How soon a host that was away while servers printed is level with them again, and whether the others feel it. */
export const catchUp: Scenario = async (context) => {
  const { setup, disposers, quick, say } = context;
  const cases: Case[] = quick
    ? [{ servers: 1, rate: 5000, end: 'SIGKILL' }]
    : [1, 10].flatMap((servers) =>
        [1000, 5000, 20_000].flatMap((rate) =>
          (['SIGTERM', 'SIGKILL'] as const).map((end) => ({ servers, rate, end })),
        ),
      );
  const awaySeconds = quick ? 5 : 15;
  const host = await BenchHost.start(setup, disposers);
  const echo = `bench-echo-${randomBytes(3).toString('hex')}`;
  await host.install(echo, 'cat');
  await host.run(echo);
  const figures: Figure[] = [];
  const problems: string[] = [];
  for (const one of cases) {
    say(`${nameOf(one)}: away for ${awaySeconds} s`);
    const result = await away(context, { host, echo, one, awaySeconds });
    figures.push(...rows(one, result));
    problems.push(...result.problems.map((problem) => `INEXACT (${nameOf(one)}): ${problem}`));
  }
  return {
    title: `Catch-up: the host was away for ${awaySeconds} s while servers printed`,
    figures,
    notes: [
      `From the first socket until each server's client is less than ${slackSeconds} s of printing behind a raw reader of its container.`,
      'The raw figure: what the engine takes to print the same text out of its logs (docker logs --since), all servers at once, afterwards.',
      'Echo: a line typed into another server every 50 ms meanwhile; the worst.',
      ...problems,
    ],
  };
};

interface Result {
  level: number;
  raw: number;
  echo: EchoTimes;
  exact: number;
  problems: string[];
}

async function away(
  context: Context,
  { host, echo, one, awaySeconds }: { host: BenchHost; echo: string; one: Case; awaySeconds: number },
): Promise<Result> {
  const { engine, quick } = context;
  const printers: Printer[] = [];
  for (let index = 0; index < one.servers; index += 1) printers.push(await startPrinter(context, host, one));
  for (const { id, seen } of printers)
    await host.connect(`/ws/${id}?duplicate=false&after=0`, (payload) => seen.take(payload));
  // Long enough for the host to have noted a place in each log to begin at.
  await delay(quick ? 3000 : 12_000);
  await host.stop(one.end);
  const gone = Date.now();
  await delay(awaySeconds * 1000);
  await host.start();
  const began = performance.now();
  for (const { id, seen } of printers)
    await host.connect(`/ws/${id}?duplicate=false&after=${seen.end ?? 0}`, (payload) => seen.take(payload));
  let isOver = false;
  const echoes = echoUntil(host, echo, () => isOver);
  const slack = one.rate * slackSeconds;
  const isBehind = ({ watched, seen }: Printer): boolean => seen.last < watched.newest - slack;
  while (printers.some(isBehind)) {
    if (performance.now() - began > levelTimeoutMs) break;
    await delay(10);
  }
  const level = (performance.now() - began) / 1000;
  const behind = printers.filter(isBehind).length;
  isOver = true;
  const times = await echoes;
  const wanted = printers.map(({ container, seen }) => ({ container, last: seen.last }));
  const asked = performance.now();
  await Promise.all(
    wanted.map(({ container, last }) =>
      engine.readLog(container, gone, (text) => (lastNumber(text) ?? 0) >= last),
    ),
  );
  const raw = (performance.now() - asked) / 1000;
  for (const { id, raw } of printers) {
    raw.close();
    (await host.api.post(`/containers/${id}/kill`)).expect(200);
    await host.reach(id, 'exit');
  }
  const problems = printers.flatMap(({ seen }) => (seen.problem === null ? [] : [seen.problem]));
  if (behind > 0) problems.push(`${behind} servers were not level after ${levelTimeoutMs / 1000} s`);
  return { level, raw, echo: times, exact: one.servers - problems.length, problems };
}

async function startPrinter({ engine }: Context, host: BenchHost, { rate }: Case): Promise<Printer> {
  const id = `bench-catch-up-${randomBytes(3).toString('hex')}`;
  await host.install(id, numberedPrinter(rate));
  const container = await host.run(id);
  const watched = { newest: 0 };
  const raw = await engine.attach(container, (text) => {
    watched.newest = lastNumber(text) ?? watched.newest;
  });
  return { id, container, raw, watched, seen: new NumberedLines() };
}

const nameOf = ({ servers, rate, end }: Case): string =>
  `${servers} × ${rate} lines/s, ${end === 'SIGKILL' ? 'killed' : 'in order'}`;

function rows(one: Case, { level, raw, echo, exact }: Result): Figure[] {
  const key = `catch-up.${one.servers}x${one.rate}.${one.end === 'SIGKILL' ? 'killed' : 'ordered'}`;
  const isShort = raw * 1.5 < shortSeconds;
  return [
    {
      key: `${key}.level`,
      what: `${nameOf(one)}: level after`,
      unit: 's',
      value: level,
      raw,
      target: isShort ? { of: 'value', atMost: shortSeconds } : { of: 'ratio', atMost: 1.5 },
    },
    {
      key: `${key}.exact`,
      what: '… exact',
      unit: 'servers',
      value: exact,
      target: { of: 'value', atLeast: one.servers },
    },
    {
      key: `${key}.echo`,
      what: '… echo of another server, worst',
      unit: 'ms',
      value: echo.worst,
      target: { of: 'value', atMost: 50 },
    },
    { key: `${key}.first-echo`, what: '… its first one after', unit: 'ms', value: echo.first },
  ];
}
