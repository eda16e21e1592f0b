import { LightdeckError } from '../../../shared/errors.ts';
import type { Progress } from '../../../shared/model/progress.ts';
import type { ServerDefinition } from '../../../shared/model/server.ts';
import { createReadyMatcher } from '../../console/ready-matcher.ts';
import type { ContainerInfo, ContainerSpec, Engine } from '../../docker/contract.ts';
import { pause } from '../../lib/pause.ts';
import type { MountGuard } from '../../volumes/mount-guard.ts';
import { pullAgain } from '../definition/pull-image.ts';
import { createWithImage } from './create-with-image.ts';
import { seenContext } from './runs-as.ts';
import { imageOf, mountUseOf, type SpecContext, serverSpec } from './spec.ts';

export interface RehearsalOptions {
  /** Of the container and its network. */
  name: string;
  definition: ServerDefinition;
  /** With the path of the volume that holds the copy. */
  context: SpecContext;
  engine: () => Engine;
  mounts: MountGuard;
  /** How long its ready line may take, and how long one without a pattern must run, in ms. */
  limits: { ready: number; run: number };
  signal: AbortSignal;
  progress: (progress: Progress) => void;
}

export interface RehearsalEnd {
  ok: boolean;
  /** What happened, for people. */
  words: string;
}

/** What is kept of its output, to show why it ended, in characters and lines. */
const keptText = 4000;
const keptLines = 5;
/** How often one whose log has ended is looked at until it has ended, too, and the ms between two looks. */
const maxLooks = 200;
const lookMs = 50;

const step = (text: string): Progress => ({ phase: 'rehearsing', current: 0, total: null, text });

/**
 * Starts a copy of a server in a container of its own: no published ports, the host's folders read-only, a network of its own. It ends as
 * soon as its ready line has come, or it has run for a while where there is none to wait for; and is removed in any case. Rejects with
 * LightdeckError where it could not be tried, and with the signal's reason.
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalEnd> {
  const { definition, engine, mounts, signal, progress } = options;
  const context = await seenContext(engine(), options.context);
  const image = await engine().imageFacts(imageOf(definition));
  const spec = rehearsalSpec(options, context, image);
  const folders = mounts.check(mountUseOf(definition, context));
  progress(step('Making a container'));
  const id = await createWithImage(spec, {
    engine: engine(),
    pullAgain: () => pullAgain({ image: spec.image, engine, signal, notify: () => {}, progress }),
  });
  try {
    signal.throwIfAborted();
    await engine().start(id);
    if (folders.length > 0) mounts.confirm(folders, { id, pid: (await engine().inspect(id))?.pid ?? null });
    progress(step(definition.start_pattern ? 'Waiting for its ready line' : 'Waiting whether it stays up'));
    return await watch(id, options);
  } finally {
    await removeRehearsal(engine, { id, network: spec.network, hostId: spec.hostId });
  }
}

/** Never rejects: what can't be removed now is swept when the engine is back. */
async function removeRehearsal(
  engine: () => Engine,
  { id, network, hostId }: { id: string; network: string; hostId: string },
): Promise<void> {
  try {
    await engine().remove(id);
    await engine().removeNetwork(network, hostId);
  } catch {
    // See `sweepRehearsals`.
  }
}

/** Removes the containers of rehearsals that a host before this one left behind: to be called before any of its own. Throws as the engine does. */
export async function sweepRehearsals(
  engine: Engine,
  hostId: string,
  isOwn: (name: string) => boolean,
): Promise<void> {
  for (const { id, name, role } of await engine.list(hostId)) {
    if (role !== 'rehearsal' || isOwn(name)) continue;
    await engine.remove(id);
    await engine.removeNetwork(name, hostId);
  }
}

function rehearsalSpec(
  { definition, name }: Pick<RehearsalOptions, 'definition' | 'name'>,
  context: SpecContext,
  image: Parameters<typeof serverSpec>[2],
): ContainerSpec {
  const spec = serverSpec(definition, context, image);
  return {
    ...spec,
    name,
    // No server can have this id: what the engine tells of it is nobody's news.
    internalId: `rehearsal:${name}`,
    role: 'rehearsal',
    network: name,
    ports: [],
    readOnlyMounts: Object.keys(definition.mount),
  };
}

type Seen = { type: 'ready' } | { type: 'ended' } | { type: 'time' };

async function watch(
  id: string,
  { definition, engine, limits, signal }: RehearsalOptions,
): Promise<RehearsalEnd> {
  const { start_pattern: pattern, tty } = definition;
  const began = performance.now();
  const end = new AbortController();
  const reading = AbortSignal.any([signal, end.signal]);
  const tail = { text: '' };
  const matcher = pattern ? createReadyMatcher(pattern) : null;
  const read = async (): Promise<Seen> => {
    for await (const batch of engine().readLog(id, { tty, follow: true }, reading))
      for (const { data } of batch) {
        tail.text = (tail.text + data.toString('utf8')).slice(-keptText);
        if (matcher?.push(data)) return { type: 'ready' };
      }
    return { type: 'ended' };
  };
  const time = async (): Promise<Seen> => {
    await pause(pattern ? limits.ready : limits.run, { signal: reading, keepsAlive: true });
    return { type: 'time' };
  };
  try {
    const seen = await Promise.race([read(), time()]);
    signal.throwIfAborted();
    const seconds = Math.round((performance.now() - began) / 1000);
    if (seen.type === 'ready') return { ok: true, words: `Its ready line came after ${seconds} s` };
    const look = () => engine().inspect(id);
    const info = await (seen.type === 'ended' ? whenEnded(look, signal) : look());
    if (seen.type === 'time' && info?.running) return outOfTime(pattern !== null, seconds, tail.text);
    return { ok: false, words: endWords(info, seconds, tail.text) };
  } finally {
    end.abort();
  }
}

/** A container's log ends a moment before the engine calls it ended: until then nobody knows how. */
export async function whenEnded<T extends Pick<ContainerInfo, 'running'>>(
  look: () => Promise<T | null>,
  signal: AbortSignal,
): Promise<T | null> {
  for (let looks = 1; ; looks += 1) {
    const info = await look();
    if (!info?.running || looks === maxLooks) return info;
    await pause(lookMs, { signal, keepsAlive: true });
    signal.throwIfAborted();
  }
}

function outOfTime(hasPattern: boolean, seconds: number, text: string): RehearsalEnd {
  return hasPattern
    ? { ok: false, words: `Its ready line did not come within ${seconds} s. ${lastLines(text)}` }
    : { ok: true, words: `It ran for ${seconds} s; it has no ready line that could be waited for` };
}

function endWords(info: ContainerInfo | null, seconds: number, text: string): string {
  if (info === null)
    throw new LightdeckError('conflict', 'The container of the rehearsal was removed from outside');
  const cause = info.oomKilled ? 'its memory limit was reached' : `exit code ${info.exitCode ?? 'unknown'}`;
  return `It ended after ${seconds} s (${cause}). ${lastLines(text)}`;
}

function lastLines(text: string): string {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').trim())
    .filter((line) => line !== '');
  return lines.length === 0
    ? 'It printed nothing.'
    : `It printed last: ${lines.slice(-keptLines).join(' ⏎ ')}`;
}
