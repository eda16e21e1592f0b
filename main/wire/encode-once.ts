import type { ServerEvent, Stats } from '../../shared/protocol/server-events.ts';
import { type ConsoleFrame, type ConsoleText, encodeConsole } from './console-frames.ts';
import { encodeEvent } from './encode-event.ts';

/**
 * What many clients get is published as an object and encoded when the first of them needs its bytes; the others get the
 * same. The bytes live as long as the object. So whoever publishes needs to know nothing of the wire.
 */
function once<K extends object, V>(encode: (value: K) => V): (value: K) => V {
  const known = new WeakMap<K, V>();
  return (value) => {
    let bytes = known.get(value);
    if (bytes === undefined) {
      bytes = encode(value);
      known.set(value, bytes);
    }
    return bytes;
  };
}

/** An event's frame, made once for all clients that get this very object, which must not change any more. */
export const encodeSharedEvent: (event: ServerEvent) => Buffer = once(encodeEvent);

/** A sample's frame, made once for all clients that get it. */
export const encodeStats: (stats: Stats) => Buffer = once((stats: Stats) =>
  encodeEvent({ event: 'stats', ...stats }),
);

let latest: { batch: ConsoleText; frames: ConsoleFrame[] } | null = null;

/**
 * The frames of a batch of console text, escaped once for all clients; those with a twin made once for all that want it. All
 * clients get a batch in one turn, one after the other. With the next batch the frames' memory is used again, unless held.
 */
export function encodeSharedConsole(batch: ConsoleText, withTwin: boolean): readonly ConsoleFrame[] {
  if (latest?.batch === batch) return latest.frames;
  if (latest) for (const frame of latest.frames) frame.release();
  latest = { batch, frames: encodeConsole(batch, withTwin) };
  return latest.frames;
}
