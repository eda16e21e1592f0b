import type { OperationRun } from '../operations/operations.ts';
import type { SnapshotProgress, SnapshotRun } from '../snapshots/contract.ts';

const words: Record<SnapshotProgress['phase'], string> = {
  reading: 'Reading files',
  verifying: 'Reading back what was written',
  restoring: 'Putting files back',
  checking: 'Checking',
  removing: 'Freeing room',
  copying: 'Copying',
};

/** A run of the store as a part of an operation: bytes of so many, and what is going on in words. `rate`: bytes a second at most. */
export function asSnapshotRun(
  { signal, progress }: OperationRun,
  what?: (now: SnapshotProgress) => void,
  rate?: number,
): SnapshotRun {
  return {
    signal,
    rate,
    progress(now) {
      what?.(now);
      const files = now.files > 0 ? `, ${now.files} files` : '';
      // A source that grew since the last time has more than its total.
      const total = now.total_bytes === null ? null : Math.max(now.total_bytes, now.bytes);
      progress({ phase: now.phase, current: now.bytes, total, text: `${words[now.phase]}${files}` });
    },
  };
}
