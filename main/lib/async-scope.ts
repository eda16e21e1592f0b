import { errorText } from '../../shared/error-text.ts';
import type { Log } from './log.ts';

export interface AsyncScopeOptions {
  log: Log;
  /** No step may hold the end up longer than this, in ms; what it was doing is left behind. Default: 3000. */
  stepLimitMs?: number;
}

interface Step {
  name: string;
  dispose: () => void | Promise<void>;
}

/**
 * Ownership of what takes a while to close. As in `Scope`, whoever acquires something registers its disposer at once; `close`
 * runs them one after the other in reverse. A step that fails or takes too long is logged by its name and stops no other.
 */
export class AsyncScope {
  private readonly log: Log;
  private readonly stepLimitMs: number;
  private readonly steps: Step[] = [];
  private closing: Promise<void> | null = null;

  constructor({ log, stepLimitMs = 3000 }: AsyncScopeOptions) {
    this.log = log;
    this.stepLimitMs = stepLimitMs;
  }

  /** `name` is for the log. When the scope is closing already, the step runs at once, after those that do. */
  own(name: string, dispose: Step['dispose']): void {
    const step = { name, dispose };
    if (this.closing) this.closing = this.closing.then(() => this.run(step));
    else this.steps.push(step);
  }

  /** Resolves when all steps are through or left behind; again: the same end. Never rejects. */
  close(): Promise<void> {
    this.closing ??= this.unwind();
    return this.closing;
  }

  private async unwind(): Promise<void> {
    for (const step of this.steps.splice(0).reverse()) await this.run(step);
  }

  private async run({ name, dispose }: Step): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), this.stepLimitMs);
    });
    try {
      // A step that throws at once must end up here, too.
      const done = (async () => dispose())();
      if ((await Promise.race([done, limit])) === 'late') {
        this.log.warn({ step: name }, 'a step of the stop took too long');
        done.catch((error) =>
          this.log.warn({ step: name, error: errorText(error) }, 'a step of the stop failed late'),
        );
      }
    } catch (error) {
      this.log.warn({ step: name, error: errorText(error) }, 'a step of the stop failed');
    } finally {
      clearTimeout(timer);
    }
  }
}

/** All or nothing: what `build` acquired is closed again, before this rejects with its error. */
export async function buildAll<T>(scope: AsyncScope, build: (scope: AsyncScope) => Promise<T>): Promise<T> {
  try {
    return await build(scope);
  } catch (error) {
    await scope.close();
    throw error;
  }
}
