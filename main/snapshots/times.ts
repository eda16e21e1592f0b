import type { TreeEntry } from './contract.ts';

/** Access and change in seconds, as Node wants them: it cuts them to microseconds, so half of one is added. Access is as long ago as the change. */
export function timesOf({ mtime_ns }: Pick<TreeEntry, 'mtime_ns'>): [number, number] {
  const seconds = (Number(microseconds(mtime_ns)) + 0.5) / 1e6;
  return [seconds, seconds];
}

/** Rounded down, also before 1970. */
function microseconds(ns: bigint): bigint {
  return ns >= 0n || ns % 1000n === 0n ? ns / 1000n : ns / 1000n - 1n;
}
