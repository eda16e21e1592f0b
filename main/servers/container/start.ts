import { errorText } from '../../../shared/error-text.ts';
import { LightdeckError } from '../../../shared/errors.ts';
import type { ConsoleOutput } from '../../console/console-output.ts';
import { describePattern } from '../../console/ready-matcher.ts';
import type { ContainerInfo, EngineMonitor } from '../../docker/contract.ts';
import type { Log } from '../../lib/log.ts';
import type { Scope } from '../../lib/scope.ts';
import type { Occupancy } from '../../network/contract.ts';
import type { MountGuard } from '../../volumes/mount-guard.ts';
import { giveVolume } from '../definition/give-volume.ts';
import { nameHolder } from '../definition/rebind.ts';
import type { ServerState } from '../server-state.ts';
import { fingerprintOf, hasOtherOwner } from './fingerprint.ts';
import { checkVolumes } from './image-volumes.ts';
import { provideContainer } from './provide.ts';
import type { ContainerRun } from './run.ts';
import { mountUseOf, type SpecContext, serverSpec } from './spec.ts';

/** A start under way. */
export interface StartAttempt {
  /** Its container, once it is known. */
  containerId: string | null;
  run: ContainerRun | null;
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
  volumeReady: () => Promise<void>;
  mounts: MountGuard;
  notify: (text: string) => void;
  output: ConsoleOutput;
  log: Log;
  makeRun: (containerId: string, tty: boolean) => ContainerRun;
}

const cancelled = 'it was cancelled';

/**
 * Makes a fresh container for every start, so that each setting holds and nothing leaks from one run into the next; attaches,
 * then starts it. Gives what the engine says of it then; null if it could not be asked. Throws why it came to nothing.
 */
export async function startContainer(options: StartOptions): Promise<ContainerInfo | null> {
  const { attempt, owned, state, monitor, makeRun, scope } = options;
  explainPattern(options);
  // It would run on an empty folder, and what it writes there would be hidden later.
  await options.volumeReady();
  const { definition } = state;
  const image = await monitor.engine.imageFacts(definition.image);
  const spec = serverSpec(definition, options.context, image);
  checkVolumes(image, spec, { definition, notify: options.notify });
  if (hasOtherOwner(state.stored.made_with, definition)) {
    const work = { ...options, definition, engine: () => monitor.engine, signal: scope.signal };
    await giveVolume(work, definition.volume_owner ?? (image?.user || '0'));
  }
  if (!owned()) throw new Error(cancelled);
  const folders = options.mounts.check(mountUseOf(definition, options.context));
  const made_with = fingerprintOf(definition);
  attempt.containerId = await provideContainer(spec, {
    engine: monitor.engine,
    recorded: state.stored.container_id,
    owned,
    pause: (ms) => scope.pause(ms),
    // From then on the id on record is that of this start, which matters if we end before it is known to run.
    note: (container_id) => state.note({ container_id, made_with }),
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
  const info = await inspectOrNull(monitor, run.containerId);
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

/** What the engine says of a container; null if there is none, or nobody can be asked now: its return brings the rest. */
export async function inspectOrNull(monitor: EngineMonitor, id: string): Promise<ContainerInfo | null> {
  try {
    return await monitor.engine.inspect(id);
  } catch {
    return null;
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
