import { z } from 'zod';
import { linuxSignalName } from '../lib/linux-signals.ts';
import { labels } from './container-options.ts';
import type { EngineEvent } from './contract.ts';

const eventSchema = z.object({
  Type: z.literal('container'),
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }),
  // Beyond what a double can hold exactly: a few hundred nanoseconds are lost, which matters to nobody here.
  timeNano: z.number(),
});

const plainActions = z.enum(['create', 'start', 'destroy', 'oom', 'pause', 'unpause']);

/** A fact, and its exact time for telling it from a replay. */
export interface TimedEvent {
  event: EngineEvent;
  nano: number;
}

/**
 * One value of the engine's event stream as a fact of ours: null for what we don't follow (exec, health, other kinds),
 * and for containers of another host; those of nobody have no `internalId`. Never throws. `signal` is a name (SIGKILL), or
 * SIG and the number where it has none here.
 */
export function engineEvent(value: unknown, hostId: string): TimedEvent | null {
  const parsed = eventSchema.safeParse(value);
  if (!parsed.success) return null;
  const { Action, Actor, timeNano } = parsed.data;
  const attributes = Actor.Attributes ?? {};
  const host = attributes[labels.host];
  if (host !== undefined && host !== hostId) return null;
  const internalId = attributes[labels.id] ?? null;
  // One of ours has both labels, a stranger's neither.
  if ((internalId === null) !== (host === undefined)) return null;
  const fact = { id: Actor.ID, internalId, at: Math.floor(timeNano / 1e6) };
  if (Action === 'kill') {
    return { event: { type: 'kill', ...fact, signal: signalName(attributes.signal) }, nano: timeNano };
  }
  if (Action === 'die') {
    const exitCode = Number.parseInt(attributes.exitCode ?? attributes.containerExitCode ?? '', 10);
    // An event without a code (Podman's in some versions) is still the end of the run.
    return {
      event: { type: 'die', ...fact, exitCode: Number.isNaN(exitCode) ? -1 : exitCode },
      nano: timeNano,
    };
  }
  // Podman's word for it.
  const action = plainActions.safeParse(Action === 'remove' ? 'destroy' : Action);
  return action.success ? { event: { type: action.data, ...fact }, nano: timeNano } : null;
}

/** Null where the engine doesn't tell it, as Podman (seen with 5.8). */
function signalName(text: string | undefined): string | null {
  if (!text) return null;
  if (!/^\d+$/.test(text)) return text.startsWith('SIG') ? text : `SIG${text}`;
  return linuxSignalName(Number(text)) ?? `SIG${text}`;
}

/** How long an event is remembered, in ms of the engine's clock: longer than what a reconnect asks for again. */
const memoryMs = 5_000;
/** Most events remembered; more than the 256 that engines keep for replaying. */
const maxRemembered = 4_096;

/** Keeps replayed events from being told twice: known by container, time and kind. Also the time to resume from. */
export class EventMemory {
  private readonly known = new Map<string, number>();
  private newest: number | null = null;

  /** Unix milliseconds of the newest event, by the engine's clock; null before the first. */
  get newestAt(): number | null {
    return this.newest;
  }

  /** False if it was seen before. */
  isNew({ event, nano }: TimedEvent): boolean {
    const key = `${event.id} ${nano} ${event.type}`;
    if (this.known.has(key)) return false;
    this.known.set(key, event.at);
    this.newest = Math.max(this.newest ?? event.at, event.at);
    for (const [old, at] of this.known) {
      if (at >= this.newest - memoryMs && this.known.size <= maxRemembered) break;
      this.known.delete(old);
    }
    return true;
  }
}
