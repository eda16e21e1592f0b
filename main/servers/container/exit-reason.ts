import type { LastExit } from '../../../shared/model/server.ts';
import { linuxSignalName } from '../../lib/linux-signals.ts';
import type { StartFault } from './start-fault.ts';

/** What the engine and the feed of events said about the end of a run. `at` is Unix milliseconds. */
export interface ExitInfo {
  at: number;
  /** Null if nobody knows, since the container is gone. */
  code: number | null;
  /** It ended since its memory limit was reached. */
  oom: boolean;
  /** The signal of somebody other than us that it came of (docker stop, docker kill). */
  outsideSignal: string | null;
  /** The engine itself was away or stopping when it ended, and may have taken it along. */
  engineWasAway: boolean;
  /** When the kernel last killed one of its processes for memory, Unix milliseconds: it may have been a child. Null: it did not, as far as is known. */
  memoryKilledAt: number | null;
  /** Its program could not be begun, as far as that is known. */
  fault: StartFault | null;
}

/** Shells and the engine tell a death by signal N as exit code 128 + N. */
export function signalOfCode(code: number | null): string | null {
  if (code === null || code <= 128 || code > 192) return null;
  return linuxSignalName(code - 128) ?? `signal ${code - 128}`;
}

/** Whether this end was nobody's wish and so may be followed by a restart. */
export function isCrash(info: ExitInfo, asked: boolean): boolean {
  if (asked) return false;
  if (info.oom || info.engineWasAway) return true;
  if (info.outsideSignal !== null || info.code === null) return false;
  return info.code !== 0;
}

/** The end of a run as it is kept and told, with a sentence for people (S11). */
export function describeExit(info: ExitInfo, asked: boolean): LastExit {
  const signal = signalOfCode(info.code);
  return {
    at: info.at,
    code: info.code,
    signal,
    oom: info.oom,
    wanted: asked || (info.outsideSignal !== null && !isCrash(info, asked)),
    reason: reasonOf(info, asked, signal),
  };
}

function reasonOf(info: ExitInfo, asked: boolean, signal: string | null): string {
  const code = info.code === null ? 'exit code unknown' : `exit code ${info.code}`;
  const how = signal ? `${code}, ${signal}` : code;
  if (info.oom) return `out of memory: the kernel killed it at its memory limit (${how})`;
  if (asked) return `stopped as asked (${how})`;
  if (info.engineWasAway) return `ended while the Docker engine was away (${how})`;
  if (info.outsideSignal) return `stopped from outside with ${info.outsideSignal} (${how})`;
  if (info.code === null) return 'its container was removed from outside';
  if (info.code === 0) return 'the program ended by itself (exit code 0)';
  if (info.fault?.isFinal) return `${info.fault.reason} (${how})`;
  return info.fault ? `crashed (${how}): ${info.fault.reason}` : `crashed (${how})`;
}
