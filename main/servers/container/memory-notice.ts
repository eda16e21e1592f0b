import { MiB } from '../../../shared/units.ts';
import type { ContainerRun } from './run.ts';

/** One who runs out of memory again and again is told of at most this often, in ms. */
const noticeMs = 10_000;

/**
 * Notes that the kernel killed a process of the run for memory; what to say of it, or null if that was said just now. It may have been
 * a child's: the game can go on for as long as it likes. `memory` is the limit in bytes.
 */
export function noteOutOfMemory(run: ContainerRun, at: number, memory: number | null): string | null {
  const wasJustSaid = run.oomAt !== null && at - run.oomAt <= noticeMs;
  run.oomAt = at;
  if (wasJustSaid) return null;
  const limit = memory === null ? 'its memory limit' : `its memory limit of ${Math.round(memory / MiB)} MiB`;
  return `Warning: the server reached ${limit}, and the kernel killed a process of it`;
}
