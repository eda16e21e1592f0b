import type { z } from 'zod';
import type { ScheduleActionName, ScheduleStep } from '../../shared/model/schedule.ts';
import type { StartedOperation } from '../operations/operations.ts';

/**
 * How a step ended that didn't fail. `done`: `what` came of it, where that is worth telling. `unneeded`: there was nothing to do, and the
 * run goes on. `left`: it is not to be done any more, since somebody decided otherwise; the run ends with it.
 */
export type StepEnd =
  | { end: 'done'; what?: string }
  | { end: 'unneeded'; why: string }
  | { end: 'left'; why: string };

export interface StepContext {
  /** The server's internal_id. */
  server: string;
  /** Whom the host's log and record are told: `schedule NAME`. */
  by: string;
  /** Aborted when the run is cancelled or the host ends: return soon then, however. */
  signal: AbortSignal;
  /** What it is at, in words; at most a few times a minute. */
  progress(text: string): void;
}

/** One thing that schedules can do. It fails by throwing, a LightdeckError where people are to read why. */
export interface ScheduleAction {
  name: ScheduleActionName;
  run(step: ScheduleStep, context: StepContext): Promise<StepEnd>;
}

/** An action whose steps have that schema, one of `scheduleStepSchema`. */
export function defineAction<S extends z.ZodType<ScheduleStep>>(
  name: z.output<S>['action'],
  schema: S,
  run: (step: z.output<S>, context: StepContext) => Promise<StepEnd>,
): ScheduleAction {
  return { name, run: async (step, context) => run(schema.parse(step), context) };
}

/** Who plays on the servers. */
export interface PlayersSource {
  /** Whether there is a way to know it of that server. */
  tells(server: string): boolean;
  /** How many play on it now; null where nobody can tell. */
  count(server: string): Promise<number | null>;
}

/** Newer images of the servers. */
export interface UpdateSource {
  /**
   * Asks the registry for a server's image. Null: it has a newer one, which can be tried; else why there is nothing to do, in words. Throws a
   * LightdeckError where nobody can tell.
   */
  look(server: string): Promise<string | null>;
  /**
   * Puts the server on the newer image, with a restore point. The operation's result is `updated` (false: there is nothing newer for this
   * machine) and `version`. Throws LightdeckError `busy` while something else is under way with it.
   */
  update(asked: { server: string; by: string }): StartedOperation;
}

/** Time as runs see it. */
export interface RunClock {
  /** Unix ms. */
  now(): number;
  /**
   * Resolves after `ms` of the clock on the wall, at most a minute late after the machine slept, or when the signal is aborted. A clock that
   * is set back makes it no longer.
   */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}
