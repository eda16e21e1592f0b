import type { LastExit, RestartPolicy } from '../../../shared/model/server.ts';
import { type ExitInfo, isCrash } from '../container/exit-reason.ts';
import { maxCrashes } from './run.ts';
import type { MachineEvent, MachineState, Phase } from './state.ts';

/** What the machine does after an end: a restart (the how many-th of how many in a row), no more of them, or nothing. */
export type AfterEnd =
  | { next: 'restart'; attempt: number; of: number }
  | { next: 'given_up'; of: number }
  | { next: 'nothing' };

/** The end of a run. `by` whom: somebody's wish here, somebody outside of this host, the engine's going, or the program itself. */
export interface RunEnd {
  what: 'run';
  exit: LastExit;
  by: 'wish' | 'outside' | 'engine' | 'itself';
  /** Unix ms; null if nobody knows. */
  startedAt: number | null;
  /** Whether it had come up: its ready pattern was seen, or it has none. */
  wasReady: boolean;
  /** When the kernel last killed a process of it for memory, Unix ms; a child's, unless `exit.oom`. Null: it did not, as far as is known. */
  memoryKilledAt: number | null;
  /** Why its program could not be begun, in words; null: it began, as far as can be told. */
  fault: string | null;
  after: AfterEnd;
  /** It was told before, and what it came of has become known since. */
  isCorrection: boolean;
}

/** What ended, or came to nothing, in a server's life. `at` is Unix ms. */
export type ServerEnd =
  | RunEnd
  | { what: 'start'; at: number; reason: string }
  | { what: 'install'; at: number; reason: string };

export interface EndContext {
  before: MachineState;
  after: MachineState;
  event: MachineEvent;
  restartPolicy: RestartPolicy;
  /** Unix ms. */
  now: number;
}

/** What ended with this step of the machine; null: nothing. Pure. */
export function endOf(context: EndContext): ServerEnd | null {
  const { before, after, event, now } = context;
  if (event.type === 'start-failed') {
    const gaveUp = before.phase.name === 'starting' && after.phase.name === 'offline';
    return gaveUp ? { what: 'start', at: now, reason: event.reason } : null;
  }
  if (event.type === 'install-failed')
    return after.phase.name === 'failed' && before.phase.name === 'installing'
      ? { what: 'install', at: now, reason: event.reason }
      : null;
  const { lastExit } = after;
  if (lastExit === null || lastExit === before.lastExit) return null;
  return runEnd(context, lastExit, exitOf(event));
}

function runEnd(context: EndContext, exit: LastExit, info: ExitInfo | null): RunEnd {
  const { before, event } = context;
  const phase = known(before.phase);
  return {
    what: 'run',
    exit,
    by: byWhom(phase, info, exit),
    startedAt: 'startedAt' in phase ? phase.startedAt : null,
    wasReady: phase.name !== 'starting',
    memoryKilledAt: info?.memoryKilledAt ?? null,
    fault: info?.fault?.reason ?? null,
    after: afterEnd(context, info),
    isCorrection: event.type === 'exit-explained',
  };
}

const known = (phase: Phase): Exclude<Phase, { name: 'unknown' }> =>
  phase.name === 'unknown' ? phase.last : phase;

function byWhom(phase: Phase, info: ExitInfo | null, exit: LastExit): RunEnd['by'] {
  if (phase.name === 'stopping') return 'wish';
  if (info?.engineWasAway) return 'engine';
  // One without a code is gone, container and all: nobody but a hand from outside does that.
  if (info?.outsideSignal || (exit.code === null && !exit.oom)) return 'outside';
  return 'itself';
}

function afterEnd({ before, after, restartPolicy }: EndContext, info: ExitInfo | null): AfterEnd {
  const { phase } = after;
  if (phase.name === 'offline' && phase.pending === 'crash')
    return { next: 'restart', attempt: after.crashes, of: maxCrashes };
  const isGivenUp =
    info !== null &&
    isCrash(info, false) &&
    info.fault?.isFinal !== true &&
    restartPolicy === 'on-failure' &&
    before.crashes >= maxCrashes &&
    after.wanted === 'stopped';
  return isGivenUp && known(before.phase).name !== 'stopping'
    ? { next: 'given_up', of: maxCrashes }
    : { next: 'nothing' };
}

function exitOf(event: MachineEvent): ExitInfo | null {
  if (event.type === 'exited' || event.type === 'exit-explained') return event.exit;
  if (event.type === 'engine-back' && event.observed.kind === 'exited') return event.observed.exit;
  return null;
}
