import { errorText } from '../../../shared/error-text.ts';
import { LightdeckError } from '../../../shared/errors.ts';
import type { Progress } from '../../../shared/model/progress.ts';
import type { ServerDefinition } from '../../../shared/model/server.ts';
import type { ConsoleOutput } from '../../console/console-output.ts';
import { describePattern } from '../../console/ready-matcher.ts';
import type { ContainerInfo, EngineMonitor, ImageFacts } from '../../docker/contract.ts';
import type { ConfigFiles } from '../../eggs/config-files.ts';
import type { Log } from '../../lib/log.ts';
import type { Scope } from '../../lib/scope.ts';
import type { Occupancy } from '../../network/contract.ts';
import type { MountGuard } from '../../volumes/mount-guard.ts';
import { pullAgain } from '../definition/pull-image.ts';
import { nameHolder } from '../definition/rebind.ts';
import type { ServerState } from '../server-state.ts';
import { fingerprintOf } from './fingerprint.ts';
import { imageMoved, madeFrom } from './image-version.ts';
import { checkVolumes } from './image-volumes.ts';
import { provideContainer } from './provide.ts';
import { putVolumeRight } from './put-volume-right.ts';
import type { ContainerRun } from './run.ts';
import { seenContext, volumeOwner } from './runs-as.ts';
import { setUpFiles } from './set-up-files.ts';
import { imageOf, mountUseOf, type SpecContext, serverSpec } from './spec.ts';

const cancelled = 'it was cancelled';

/** A start under way. */
export class StartAttempt {
  /** Its container, once it is known. */
  containerId: string | null = null;
  run: ContainerRun | null = null;
  private readonly abort = new AbortController();

  /** Aborted when the start is cancelled: a large image may take an hour. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  cancel(): void {
    this.abort.abort(new Error(cancelled));
  }

  /** As `cancel`, and lets go of its console. */
  close(): void {
    this.cancel();
    this.run?.closeConsole();
  }
}

export interface StartOptions {
  attempt: StartAttempt;
  /** False once the start was cancelled, or the server is closed. */
  owned: () => boolean;
  state: ServerState;
  monitor: EngineMonitor;
  context: SpecContext;
  occupancy: Occupancy;
  scope: Scope;
  /** Resolves when what is at the volume's path is the volume; throws in words. To be asked before a container starts. */
  volumeReady: () => Promise<void>;
  mounts: MountGuard;
  /** E5: sets up configuration files; a host without it has no server with any. */
  configFiles?: ConfigFiles | undefined;
  /** For the server's viewers (S11). */
  notify: (text: string) => void;
  /** X5. */
  progress: (progress: Progress) => void;
  output: ConsoleOutput;
  log: Log;
  makeRun: (containerId: string, tty: boolean) => ContainerRun;
}

/**
 * Makes a fresh container for every start, so that each setting holds and nothing leaks from one run into the next; attaches,
 * then starts it. Gives what the engine says of it then; null if it could not be asked. Throws why it came to nothing.
 */
export async function startContainer(options: StartOptions): Promise<ContainerInfo | null> {
  const { attempt, owned, state, monitor, makeRun, scope } = options;
  explainPattern(options);
  if (state.definition.adopted) return startAdopted(options, state.definition.adopted);
  // It would run on an empty folder, and what it writes there would be hidden later.
  await options.volumeReady();
  const { definition } = state;
  const image = await imageHere(options);
  const context = await seenContext(monitor.engine, options.context);
  const spec = serverSpec(definition, context, image);
  checkVolumes(image, spec, { definition, notify: options.notify });
  const made_from = madeFrom(definition.image, image);
  const moved = imageMoved(state.stored.made_from, made_from);
  if (moved !== null) options.notify(`Warning: ${moved}`);
  await putVolumeRight(
    { ...options, context, definition, engine: () => monitor.engine, signal: attempt.signal },
    { made: state.stored.made_with, imageUser: image?.user },
  );
  await setUpFiles({ ...options, context });
  if (!owned()) throw new Error(cancelled);
  const folders = options.mounts.check(mountUseOf(definition, options.context));
  const made_with = fingerprintOf(
    definition,
    volumeOwner(definition, context.hostUser, image?.user) ?? 'root',
  );
  attempt.containerId = await provideContainer(spec, {
    engine: monitor.engine,
    recorded: state.stored.container_id,
    owned,
    pause: (ms) => scope.pause(ms),
    // From then on the id on record is that of this start, which matters if we end before it is known to run.
    note: (container_id) =>
      state.note({ container_id, made_with, made_from: made_from ?? state.stored.made_from }),
    pullAgain: () => bringImage(options),
  });
  if (!owned() || attempt.containerId === null) throw new Error(cancelled);
  const run = makeRun(attempt.containerId, spec.tty);
  attempt.run = run;
  await run.attach();
  if (!owned()) throw new Error(cancelled);
  // Whatever ran before is gone now.
  state.settlePorts();
  try {
    await monitor.engine.start(run.containerId);
  } catch (error) {
    throw await nameHolder(error, definition.ports, options.occupancy);
  }
  if (spec.tty) void sizeTerminal(options, run.containerId);
  const { info } = await lookAt(monitor, run.containerId);
  try {
    options.mounts.confirm(folders, { id: run.containerId, pid: info?.pid ?? null });
  } catch (error) {
    // It has what it must not have: nothing of it may go on.
    await monitor.engine.remove(run.containerId);
    throw error;
  }
  // When it began is the engine's to say: our clock may be another one's (a virtual machine's that slept).
  return info;
}

/** A40: a container that somebody else has made is started as it is. Its log goes on where its last run ended. */
async function startAdopted(
  { attempt, owned, monitor, makeRun, state }: StartOptions,
  { container_id, name }: NonNullable<ServerDefinition['adopted']>,
): Promise<ContainerInfo | null> {
  const found = await monitor.engine.inspect(container_id);
  if (found === null) throw new Error(`the container ${name} is gone: it was removed elsewhere`);
  attempt.containerId = container_id;
  state.note({ container_id });
  const run = makeRun(container_id, found.tty);
  attempt.run = run;
  await run.attachLive();
  if (!owned()) throw new Error(cancelled);
  await monitor.engine.start(container_id);
  return (await lookAt(monitor, container_id)).info;
}

/** What the image says of itself. One that was cleared away since the install is pulled again. Null: it went in the same moment. */
async function imageHere(options: StartOptions): Promise<ImageFacts | null> {
  const { engine } = options.monitor;
  const image = imageOf(options.state.definition);
  const facts = await engine.imageFacts(image);
  if (facts) return facts;
  await bringImage(options);
  return engine.imageFacts(image);
}

function bringImage(options: StartOptions): Promise<void> {
  const { state, monitor, attempt } = options;
  const image = imageOf(state.definition);
  return pullAgain({ ...options, image, engine: () => monitor.engine, signal: attempt.signal });
}

/** A terminal without a size is no reason not to run. Never rejects. */
export async function sizeTerminal(
  { monitor, log }: Pick<StartOptions, 'monitor' | 'log'>,
  containerId: string,
): Promise<void> {
  try {
    await monitor.engine.sizeTerminal(containerId);
  } catch (error) {
    log.debug({ container: containerId, error: errorText(error) }, 'its terminal got no size');
  }
}

/**
 * What the engine says of a container; `info` is null if there is none (`isGone`), or nobody can be asked now: its return brings
 * the rest.
 */
export async function lookAt(
  monitor: EngineMonitor,
  id: string,
): Promise<{ info: ContainerInfo | null; isGone: boolean }> {
  try {
    const info = await monitor.engine.inspect(id);
    return { info, isGone: info === null };
  } catch {
    return { info: null, isGone: false };
  }
}

/** A pattern that is taken otherwise than its author may think would leave the server `starting` for ever: say so. */
function explainPattern({ state, notify }: StartOptions): void {
  const pattern = state.definition.start_pattern;
  const note = pattern ? describePattern(pattern).note : undefined;
  if (note) notify(note);
}

/** Whether a start failed since nobody could be asked: then it isn't known how far it came. */
export function isEngineAway(error: unknown): boolean {
  return error instanceof LightdeckError && error.code === 'engine_unreachable';
}
