import { duration } from '../../../ui/format.ts';

/** `just now`, `3 h ago`, `2 d ago`: the largest unit alone. */
export function ago(at: number, now: number): string {
  const ms = now - at;
  if (ms < 60_000) return 'just now';
  return `${duration(ms).split(' ').slice(0, 2).join(' ')} ago`;
}
