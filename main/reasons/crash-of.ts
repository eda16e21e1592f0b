import type { Crash, CrashCause, CrashKind, HostNewsLine } from '../../shared/model/crash.ts';
import type { RunEnd, ServerEnd } from '../servers/machine/end.ts';
import type { CauseFact } from './causes/entry.ts';
import { exitWords } from './exit-words.ts';
import type { CauseEvidence } from './likely-cause.ts';

/** A child that was killed for memory longer ago than this before an end has nothing to do with it, in ms. */
const childMs = 60_000;

/** The report of an end, without its cause. Pure. */
export function crashOf(end: ServerEnd, { id, server }: { id: string; server: string }): Crash {
  const base = { id, server, cause: null, seen: false };
  if (end.what !== 'run') {
    const { what: kind, at, reason } = end;
    const nothing = {
      code: null,
      signal: null,
      oom: null,
      exit_words: null,
      started_at: null,
      was_ready: false,
    };
    return { ...base, ...nothing, kind, at, reason, after: { next: 'nothing' } };
  }
  const { exit, startedAt, wasReady, after } = end;
  const { at, code, signal, reason } = exit;
  return {
    ...base,
    kind: kindOf(end),
    at,
    started_at: startedAt,
    was_ready: wasReady,
    code,
    signal,
    oom: whoseMemory(end),
    reason,
    exit_words: exitWords({ code, signal }),
    after,
  };
}

function kindOf({ by, exit }: RunEnd): CrashKind {
  if (exit.oom) return 'crash';
  if (by === 'engine' || by === 'outside') return by;
  return exit.code === 0 ? 'ended' : 'crash';
}

/** What ended with another code than that of a kill was not killed itself. */
function whoseMemory({ exit, memoryKilledAt }: RunEnd): Crash['oom'] {
  if (exit.oom) return exit.signal === 'SIGKILL' ? 'game' : 'child';
  return memoryKilledAt !== null && exit.at - memoryKilledAt <= childMs ? 'child' : null;
}

export interface Explanation {
  end: ServerEnd;
  lines: readonly string[];
  /** Whether its volume is full. */
  isFull: boolean;
  host: readonly HostNewsLine[];
  findCause: (evidence: CauseEvidence) => CrashCause | null;
}

/** With its likely cause. Pure. */
export function explainedCrash(crash: Crash, { end, lines, isFull, host, findCause }: Explanation): Crash {
  const { kind, code, signal, reason } = crash;
  const facts = new Set<CauseFact>();
  if (crash.oom === 'game') facts.add('memory_game');
  if (crash.oom === 'child' && kind === 'crash') facts.add('memory_child');
  if (isFull && (kind === 'crash' || kind === 'ended')) facts.add('volume_full');
  if (kind === 'outside') facts.add('from_outside');
  if (kind === 'engine') facts.add(wasBootedUnder(crash, host) ? 'machine_booted' : 'engine_away');
  const fault = end.what === 'run' ? end.fault : null;
  return { ...crash, cause: findCause({ kind, code, signal, facts, lines, reason: fault ?? reason }) };
}

/** A boot before the run began took nothing of it down, however short a time ago. */
function wasBootedUnder({ started_at }: Crash, host: readonly HostNewsLine[]): boolean {
  return host.some(({ kind, at }) => kind === 'boot' && (started_at === null || at > started_at));
}

/** What needs nobody's look: the machine or its engine went and came, or the game was stopped by its own means. */
export function isBornSeen({ kind, cause }: Crash): boolean {
  if (kind === 'engine') return true;
  return kind === 'ended' && (cause === null || cause.id === 'stopped_inside');
}
