import { LightdeckError } from '../../../shared/errors.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { pause } from '../../lib/pause.ts';
import type { Operations, StartedOperation } from '../../operations/operations.ts';
import type { StepContext } from '../contract.ts';

/** What a step's operation gave when it is done; it is ended with the run. Throws LightdeckError with its words when it was not done. */
export async function operationDone(
  { operation, ended }: StartedOperation,
  { operations, signal }: { operations: Pick<Operations, 'cancel'>; signal: AbortSignal },
): Promise<Operation['result']> {
  const cancel = (): void => cancelIfRunning(operations, operation.id);
  signal.addEventListener('abort', cancel, { once: true });
  const { state, error, result } = await ended;
  signal.removeEventListener('abort', cancel);
  if (state === 'done') return result;
  throw new LightdeckError('conflict', error ?? 'it was cancelled');
}

/** Begins it as soon as what is under way, and makes it `busy`, has ended; looks again each `againMs`, for `longestMs`. `waits`: what it is at meanwhile. */
export async function begunInTurn(
  begin: () => StartedOperation,
  { signal, progress }: Pick<StepContext, 'signal' | 'progress'>,
  { againMs, longestMs, waits }: { againMs: number; longestMs: number; waits: string },
): Promise<StartedOperation> {
  const until = performance.now() + longestMs;
  for (let isFirst = true; ; isFirst = false) {
    signal.throwIfAborted();
    try {
      return begin();
    } catch (error) {
      const isBusy = error instanceof LightdeckError && error.code === 'busy';
      if (!isBusy || performance.now() > until) throw error;
      if (isFirst) progress(waits);
      await pause(againMs, { signal });
    }
  }
}

function cancelIfRunning(operations: Pick<Operations, 'cancel'>, id: string): void {
  try {
    operations.cancel(id);
  } catch (error) {
    // It has just ended by itself.
    if (!(error instanceof LightdeckError)) throw error;
  }
}
