import type { Progress } from '../../../shared/model/progress.ts';
import type { ServerDefinition } from '../../../shared/model/server.ts';
import { ConsoleFeed } from '../../console/console-feed.ts';
import type { ConsoleOutput } from '../../console/console-output.ts';
import type { ContainerInfo, ContainerSpec, Engine } from '../../docker/contract.ts';
import type { Log } from '../../lib/log.ts';
import type { MountGuard } from '../../volumes/mount-guard.ts';
import { createWithImage } from '../container/create-with-image.ts';
import { foreignName, isOwn } from '../container/ownership.ts';
import { mountUseOf, type SpecContext } from '../container/spec.ts';
import { firstOutputChars, startFault } from '../container/start-fault.ts';
import { pullAgain } from './pull-image.ts';

/** Longest run of an install script (A6), and of whatever else runs so, unless it is said otherwise. */
const maxScriptMs = 10 * 60_000;

export interface RunOnceOptions {
  /** Longest run, in ms. */
  maxMs?: number;
  definition: ServerDefinition;
  context: SpecContext;
  volumeReady: () => Promise<void>;
  mounts: MountGuard;
  engine: () => Engine;
  output: ConsoleOutput;
  log: Log;
  signal: AbortSignal;
  notify: (text: string) => void;
  progress: (progress: Progress) => void;
}

/** How a throw-away container ended: its exit code, and that in words, with what is known of the cause. */
export interface OnceEnd {
  code: number;
  words: string;
}

/** Runs a throw-away container to its end. Its output is console text. It is removed in any case. */
export async function runOnce(
  options: RunOnceOptions,
  spec: ContainerSpec,
  onStart: () => void = () => {},
): Promise<OnceEnd> {
  const { engine, output, log, signal, maxMs = maxScriptMs } = options;
  await options.volumeReady();
  const all = mountUseOf(options.definition, options.context);
  // The owner's step mounts the volume alone; the volume's second place (`data_path`) is no folder of the host's to be allowed.
  const own = Object.entries(all.mounts).filter(([target]) => Object.hasOwn(spec.mounts, target));
  const use = { ...all, mounts: Object.fromEntries(own) };
  const folders = options.mounts.check(use);
  await clearName(engine(), spec);
  const id = await createWithImage(spec, {
    engine: engine(),
    pullAgain: () => pullAgain({ ...options, image: spec.image }),
  });
  let firstOutput = '';
  let ended = (): void => {};
  const consoleEnd = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const feed = new ConsoleFeed({
    engine,
    containerId: id,
    tty: false,
    output,
    tails: new Map(),
    log,
    onText: (text) => {
      if (firstOutput.length < firstOutputChars) firstOutput += text.toString('utf8', 0, firstOutputChars);
    },
    onHole: () => {},
    onCountsLost: () => {},
    onEnd: ended,
  });
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(maxMs)]);
  try {
    await feed.attach();
    onStart();
    await engine().start(id);
    if (folders.length > 0)
      options.mounts.confirm(folders, { id, pid: (await engine().inspect(id))?.pid ?? null });
    await Promise.race([consoleEnd, aborted(deadline)]);
    const info = await endOf(engine, id, deadline);
    await feed.finished(1000);
    return onceEnd(info, firstOutput);
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted) throw new Error(`the install script took longer than ${maxMs / 60_000} minutes`);
    throw error;
  } finally {
    feed.close();
    await removeAfter(options, id);
  }
}

/** The next install, or the server's removal, clears away what can't be removed now. Never rejects. */
async function removeAfter({ engine, log }: RunOnceOptions, id: string): Promise<void> {
  try {
    await engine().remove(id);
  } catch (error) {
    log.warn({ error: String(error) }, 'the install container could not be removed');
  }
}

/** An install that its host did not live to end left its container; one of somebody else's is not ours to remove. */
async function clearName(engine: Engine, spec: ContainerSpec): Promise<void> {
  const old = await engine.inspect(spec.name);
  if (!old) return;
  if (!isOwn(old, spec)) throw new Error(foreignName(spec.name));
  await engine.remove(old.id);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The console may end a moment before the container does (or long before, if the script closed its output). */
async function endOf(engine: () => Engine, id: string, signal: AbortSignal): Promise<ContainerInfo> {
  for (;;) {
    signal.throwIfAborted();
    const info = await engine().inspect(id);
    if (!info) throw new Error('the install container was removed from outside');
    if (!info.running && info.status !== 'created') return info;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function onceEnd(
  { exitCode, startedAt, finishedAt, oomKilled }: ContainerInfo,
  firstOutput: string,
): OnceEnd {
  const code = exitCode ?? -1;
  const ranMs = startedAt === null || finishedAt === null ? null : finishedAt - startedAt;
  const fault = startFault({ code, ranMs, firstOutput, what: 'script' });
  const cause = code !== 0 && oomKilled ? 'a process of it was killed at the memory limit' : fault?.reason;
  return { code, words: cause === undefined ? `exit code ${code}` : `exit code ${code}: ${cause}` };
}
