import { pause } from './pause.ts';

/**
 * Ownership: whoever acquires something registers its disposer in the same expression. `close` runs the disposers in reverse,
 * each one even if another failed, and a closed scope runs a late disposer at once.
 */
export class Scope {
  private readonly disposers = new Set<() => void>();
  private closed = false;
  private readonly abort = new AbortController();

  /** Aborted when the scope closes. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** What is held at the moment; a scope that lives long must not grow. */
  get size(): number {
    return this.disposers.size;
  }

  add(dispose: () => void): void {
    if (this.closed) dispose();
    else this.disposers.add(dispose);
  }

  /**
   * A timer that dies with the scope, and leaves it when it fires; returns its disposer. Unref'd: it never keeps the process
   * alive by itself. A closed scope sets none.
   */
  timeout(work: () => void, ms: number): () => void {
    if (this.closed) return () => {};
    const dispose = (): void => {
      clearTimeout(timer);
      this.disposers.delete(dispose);
    };
    const timer = setTimeout(() => {
      this.disposers.delete(dispose);
      work();
    }, ms);
    timer.unref();
    this.disposers.add(dispose);
    return dispose;
  }

  /** Resolves after `ms`, or when the scope closes. */
  pause(ms: number): Promise<void> {
    return pause(ms, { signal: this.signal });
  }

  interval(work: () => void, ms: number): void {
    const timer = setInterval(work, ms);
    timer.unref();
    this.add(() => clearInterval(timer));
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.abort.abort();
    for (const dispose of [...this.disposers].reverse()) {
      try {
        dispose();
      } catch {
        // A disposer that fails must not keep the others from running.
      }
    }
    this.disposers.clear();
  }
}
