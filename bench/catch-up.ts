import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import type { Context, Scenario } from './context.ts';
import { type EchoTimes, echoUntil, rawEchoUntil } from './echo-meter.ts';
import type { RawAttach } from './engine.ts';
import { BenchHost } from './host.ts';
import { delay } from './meter.ts';
import { lastNumber, NumberedLines, numberedPrinter } from './numbered-lines.ts';
import type { Figure } from './report.ts';

/** A client that is behind the newest line by less than this is level, in seconds of printing: so much may be on its way. */
const slackSeconds = 0.25;
const levelTimeoutMs = 60_000;
/** Where the engine itself takes no time worth dividing by, in seconds: there the host has this long. */
const shortSeconds = 1.5;
/** A wish, in times of what the engine itself takes. */
const wantedRatio = 1.5;
const ends = { ordered: 'SIGTERM', killed: 'SIGKILL' } as const;
type End = keyof typeof ends;

/** Servers that print alike, left alone by each of the ends in turn. */
interface Group {
  servers: number;
  /** Lines a second of each. */
  rate: number;
  ends: End[];
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

interface Scene {
  host: BenchHost;
  /** The server that runs `cat`. */
  echo: { id: string; container: string };
  printers: Printer[];
  rate: number;
  awaySeconds: number;
}

/** How soon a host that was away while servers printed is level with them again, and whether the others feel it. */
export const catchUp: Scenario = async (context) => {
  const { setup, disposers, quick, say } = context;
  const groups = chosen(context);
  const awaySeconds = quick ? 5 : 15;
  const host = await BenchHost.start(setup, disposers);
  const id = `bench-echo-${randomBytes(3).toString('hex')}`;
  await host.install(id, 'cat');
  const echo = { id, container: await host.run(id) };
  const figures: Figure[] = [];
  const problems: string[] = [];
  for (const group of groups) {
    const { servers, rate } = group;
    const printers: Printer[] = [];
    for (let index = 0; index < servers; index += 1) printers.push(await startPrinter(context, host, rate));
    const scene: Scene = { host, echo, printers, rate, awaySeconds };
    for (const end of group.ends) {
      const result = await away(context, scene, end);
      say(`${keyOf(group, end)}: ${inWords(result, servers)}`);
      figures.push(...rows(group, end, result));
      problems.push(...result.problems.map((problem) => `INEXACT (${keyOf(group, end)}): ${problem}`));
    }
    await stopPrinters(scene);
  }
  return {
    title: `Catch-up: the host was away for ${awaySeconds} s while servers printed`,
    figures,
    notes: [
      `From the first socket until each server's client is less than ${slackSeconds} s of printing behind a raw reader of its container.`,
      'The raw figure: what the engine takes to print the same text out of its logs (docker logs --since), all servers at once, afterwards.',
      'Echo: a line typed into another server every 50 ms meanwhile; the worst. Raw: the same without the host, while the engine prints its logs.',
      ...problems,
    ],
  };
};

function chosen({ quick, cases }: Context): Group[] {
  const rates = quick ? [5000] : [1000, 5000, 20_000];
  const all = (quick ? [1] : [1, 10]).flatMap((servers) =>
    rates.map((rate): Group => ({ servers, rate, ends: quick ? ['killed'] : ['ordered', 'killed'] })),
  );
  const isChosen = (group: Group, end: End): boolean =>
    cases.length === 0 || cases.some((part) => keyOf(group, end).includes(part));
  const kept = all.map((group) => ({ ...group, ends: group.ends.filter((end) => isChosen(group, end)) }));
  const groups = kept.filter(({ ends }) => ends.length > 0);
  if (groups.length > 0) return groups;
  throw new Error(`--case takes a part of ${all.map((group) => keyOf(group, 'killed')).join(', ')}.`);
}

interface Result {
  level: number;
  raw: number;
  echo: EchoTimes;
  rawEcho: EchoTimes;
  exact: number;
  problems: string[];
}

async function away({ engine, quick }: Context, scene: Scene, end: End): Promise<Result> {
  const { host, printers, rate, awaySeconds } = scene;
  for (const { id, seen } of printers)
    await host.connect(`/ws/${id}?duplicate=false&after=${seen.end ?? 0}`, (payload) => seen.take(payload));
  await delay(quick ? 1000 : 3000);
  await host.stop(ends[end]);
  const gone = Date.now();
  await delay(awaySeconds * 1000);
  await host.start();
  const began = performance.now();
  const clients = await Promise.all(
    printers.map(({ id, seen }) =>
      host.connect(`/ws/${id}?duplicate=false&after=${seen.end ?? 0}`, (payload) => seen.take(payload)),
    ),
  );
  let isOver = false;
  const echoes = echoUntil(host, scene.echo.id, () => isOver);
  const slack = rate * slackSeconds;
  const isBehind = ({ watched, seen }: Printer): boolean => seen.last < watched.newest - slack;
  while (printers.some(isBehind)) {
    if (performance.now() - began > levelTimeoutMs) break;
    await delay(10);
  }
  const level = (performance.now() - began) / 1000;
  const behind = printers.filter(isBehind).length;
  isOver = true;
  const echo = await echoes;
  const wanted = printers.map(({ container, seen }) => ({ container, last: seen.last }));
  const asked = performance.now();
  isOver = false;
  const rawEchoes = rawEchoUntil(engine, scene.echo.container, () => isOver);
  await Promise.all(
    wanted.map(({ container, last }) =>
      engine.readLog(container, gone, (text) => (lastNumber(text) ?? 0) >= last),
    ),
  );
  const raw = (performance.now() - asked) / 1000;
  isOver = true;
  const rawEcho = await rawEchoes;
  for (const client of clients) client.close();
  const problems = printers.flatMap(({ seen }) => (seen.problem === null ? [] : [seen.problem]));
  for (const { seen } of printers) seen.problem = null;
  const exact = printers.length - problems.length;
  if (behind > 0) problems.push(`${behind} servers were not level after ${levelTimeoutMs / 1000} s`);
  return { level, raw, echo, rawEcho, exact, problems };
}

async function startPrinter({ engine }: Context, host: BenchHost, rate: number): Promise<Printer> {
  const id = `bench-catch-up-${randomBytes(3).toString('hex')}`;
  await host.install(id, numberedPrinter(rate));
  const container = await host.run(id);
  const watched = { newest: 0 };
  const raw = await engine.attach(container, (text) => {
    watched.newest = lastNumber(text) ?? watched.newest;
  });
  return { id, container, raw, watched, seen: new NumberedLines() };
}

async function stopPrinters({ host, printers }: Scene): Promise<void> {
  for (const { raw } of printers) raw.close();
  await Promise.all(
    printers.map(async ({ id }) => {
      (await host.api.post(`/containers/${id}/kill`)).expect(200);
      await host.reach(id, 'exit');
    }),
  );
}

const keyOf = ({ servers, rate }: Group, end: End): string => `${servers}x${rate}.${end}`;

function inWords({ level, raw, echo, rawEcho, exact, problems }: Result, servers: number): string {
  const [load = 0] = loadavg();
  return [
    `level after ${level.toFixed(2)} s, docker logs ${raw.toFixed(2)} s (${(level / raw).toFixed(2)} x)`,
    `echo ${echo.worst.toFixed()} ms, raw ${rawEcho.worst.toFixed()} ms`,
    `${exact} of ${servers} exact`,
    `load ${load.toFixed(1)}`,
    ...problems,
  ].join('; ');
}

function rows(group: Group, end: End, { level, raw, echo, rawEcho, exact }: Result): Figure[] {
  const { servers, rate } = group;
  const key = `catch-up.${keyOf(group, end)}`;
  const isShort = raw * wantedRatio < shortSeconds;
  return [
    {
      key: `${key}.level`,
      what: `${servers} × ${rate} lines/s, ${end === 'killed' ? 'killed' : 'in order'}: level after`,
      unit: 's',
      value: level,
      raw,
      target: isShort ? { of: 'value', atMost: shortSeconds } : { of: 'ratio', atMost: wantedRatio },
    },
    {
      key: `${key}.exact`,
      what: '… exact',
      unit: 'servers',
      value: exact,
      target: { of: 'value', atLeast: servers },
    },
    {
      key: `${key}.echo`,
      what: '… echo of another server, worst',
      unit: 'ms',
      value: echo.worst,
      raw: rawEcho.worst,
      target: { of: 'value', atMost: 50 },
    },
    { key: `${key}.first-echo`, what: '… its first one after', unit: 'ms', value: echo.first },
  ];
}
