import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Context, Scenario } from './context.ts';
import { endMark } from './crowd-client.ts';
import { type CrowdCommand, type CrowdReply, type CrowdResult, crowdReply } from './crowd-messages.ts';
import { BenchHost } from './host.ts';
import { cpuSeconds, memory } from './meter.ts';
import type { Figure } from './report.ts';

const readers = 10;
const pad = 'x'.repeat(46);
/**
 * Ten lines of 71 bytes or so every 10 ms, each one written by itself: the time, a number, padding. As many as it is told to
 * on its standard input, then the mark.
 */
const command =
  'mkfifo /tmp/pause; exec 3<>/tmp/pause; while read -r n; do i=0; while [ $i -lt $n ]; do j=0; ' +
  `while [ $j -lt 10 ]; do i=$((i+1)); j=$((j+1)); echo "$EPOCHREALTIME $i ${pad}"; done; ` +
  `read -t 0.0095 x <&3; done; echo ${endMark}; done`;

interface Crowd {
  key: string;
  clients: number;
  twins: boolean;
  /** How many of the clients stop reading before the lines come. */
  stalled: number;
}

/** 1,000 lines a second to one client, to five of which one stalls, and to hundreds of clients of one server. */
export const fanOut: Scenario = async (context) => {
  const { setup, disposers, quick, say } = context;
  const lines = quick ? 2000 : 20_000;
  const crowds: Crowd[] = [
    { key: 'one', clients: 1, twins: false, stalled: 0 },
    { key: 'stalled', clients: 5, twins: false, stalled: 1 },
    { key: 'plain', clients: quick ? 50 : 500, twins: false, stalled: 0 },
    { key: 'twins', clients: quick ? 20 : 200, twins: true, stalled: 0 },
  ];
  const host = await BenchHost.start(setup, disposers);
  const figures: Figure[] = [];
  const problems: string[] = [];
  for (const crowd of crowds) {
    say(`1,000 lines a second to ${nameOf(crowd)}`);
    const { result, cores } = await gather(context, host, crowd, lines);
    figures.push(...rows(crowd, result, { cores, lines }));
    problems.push(...result.problems.map((problem) => `INCOMPLETE (${crowd.key}): ${problem}`));
  }
  figures.push({ key: 'fan-out.memory', what: 'peak memory', unit: 'MB', value: memory(host.pid).peakMb });
  return {
    title: `Fan-out: 1,000 lines a second to many clients, ${lines} lines`,
    figures,
    notes: [
      `The clients are a process of their own: ${readers} of them read every line, the others compare the number and size of their frames with these.`,
      'Latency from printing (by the shell’s clock) to the client; the raw reader watches the same container from the same process.',
      ...problems,
    ],
  };
};

async function gather(
  { disposers, socketPath }: Context,
  host: BenchHost,
  { clients, twins, stalled }: Crowd,
  lines: number,
): Promise<{ result: CrowdResult; cores: number }> {
  const serverId = `bench-crowd-${randomBytes(3).toString('hex')}`;
  await host.install(serverId, command);
  const container = await host.run(serverId);
  const child = fork(join(import.meta.dirname, 'crowd.js'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  disposers.add('crowd', () => {
    child.kill('SIGKILL');
  });
  const order = {
    url: host.url,
    token: host.token,
    serverId,
    container,
    socketPath,
    clients,
    readers,
    twins,
    stalled,
  };
  await ask(child, { do: 'open', order });
  await ask(child, { do: 'run', lines: 1500 });
  const before = cpuSeconds(host.pid);
  const reply = await ask(child, { do: 'run', lines });
  const used = cpuSeconds(host.pid) - before;
  child.disconnect();
  if (reply.did !== 'run') throw new Error(`the crowd answered ${reply.did}`);
  return { result: reply.result, cores: used / reply.result.seconds };
}

async function ask(child: ChildProcess, command: CrowdCommand): Promise<CrowdReply> {
  const died = once(child, 'exit').then(() => {
    throw new Error('the process with the clients ended');
  });
  died.catch(() => {});
  child.send(command);
  const [message]: unknown[] = await Promise.race([once(child, 'message'), died]);
  const reply = crowdReply.parse(message);
  if (reply.did === 'fail') throw new Error(`the process with the clients: ${reply.problem}`);
  return reply;
}

function nameOf({ clients, twins, stalled }: Crowd): string {
  const who = clients === 1 ? '1 client' : `${clients} clients`;
  return `${who}${twins ? ' with twins' : ''}${stalled > 0 ? `, ${stalled} of them stalled` : ''}`;
}

function rows(
  crowd: Crowd,
  result: CrowdResult,
  { cores, lines }: { cores: number; lines: number },
): Figure[] {
  const { key, clients, stalled } = crowd;
  const { own, raw, added } = result;
  return [
    {
      key: `fan-out.${key}.complete`,
      what: `${nameOf(crowd)}: complete`,
      unit: 'clients',
      value: result.complete,
      target: { of: 'value', atLeast: clients - stalled },
    },
    {
      key: `fan-out.${key}.p50`,
      what: '… median',
      unit: 'ms',
      value: own.p50,
      raw: raw.p50,
      ...(stalled > 0 ? { target: { of: 'value', atMost: 0.5 } } : {}),
    },
    {
      key: `fan-out.${key}.p99`,
      what: '… p99',
      unit: 'ms',
      value: own.p99,
      raw: raw.p99,
      target: { of: 'value', atMost: 40 },
    },
    { key: `fan-out.${key}.max`, what: '… worst line', unit: 'ms', value: own.max, raw: raw.max },
    {
      key: `fan-out.${key}.added-p99`,
      what: '… added beyond the raw reader, p99',
      unit: 'ms',
      value: added.p99,
    },
    {
      key: `fan-out.${key}.cores`,
      what: '… CPU',
      unit: 'cores',
      value: cores,
      target: { of: 'value', atMost: 0.4 },
    },
    {
      key: `fan-out.${key}.per-million`,
      what: '… CPU for a million lines',
      unit: 's',
      value: (cores * result.seconds * 1e6) / lines,
      ...(clients === 1 ? { target: { of: 'value', atMost: 60 } } : {}),
    },
    { key: `fan-out.${key}.rate`, what: '… lines printed', unit: 'a second', value: lines / result.seconds },
  ];
}
