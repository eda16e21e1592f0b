import type { Stats } from '../../shared/protocol/server-events.ts';
import { encodeEvent } from './console-frames.ts';

const encoded = new WeakMap<Stats, Buffer>();

/** A sample's frame, made once for all clients that get it. */
export function encodeStats(stats: Stats): Buffer {
  const known = encoded.get(stats);
  if (known) return known;
  const frame = encodeEvent({ event: 'stats', ...stats });
  encoded.set(stats, frame);
  return frame;
}
