import type { Scope } from '../../lib/scope.ts';
import type { ContainerRun } from './run.ts';

/** The end of a run waits at most so long for the rest of its output, in ms. */
const patienceMs = 2000;

/**
 * The rest of an ended run's output. It comes before the news of the end (S8), but a long log must not keep the state from being
 * true: what is still to be read then comes after it, and before the container that has it is removed.
 */
export class LastOutput {
  private readonly scope: Scope;
  private reading: Promise<void> | null = null;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  /** Whether something is still to come. */
  get isReading(): boolean {
    return this.reading !== null;
  }

  /** Reads it; resolves when it is there, or when the end can't wait for it any longer. Never rejects. */
  async read(run: ContainerRun): Promise<void> {
    const reading: Promise<void> = run.collectRest(false).finally(() => {
      if (this.reading === reading) this.reading = null;
    });
    this.reading = reading;
    await Promise.race([reading, this.scope.pause(patienceMs)]);
  }

  /** Resolves when all of it is there. Never rejects. */
  async whenRead(): Promise<void> {
    while (this.reading) await this.reading;
  }
}
