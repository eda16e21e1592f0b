/**
 * Ownership: whoever acquires something registers its undo in the same expression. `close` runs the undos in reverse,
 * each one even if another failed, and a closed scope runs a late undo at once.
 */
export class Scope {
  private readonly undos = new Set<() => void>();
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
    return this.undos.size;
  }

  add(undo: () => void): void {
    if (this.closed) undo();
    else this.undos.add(undo);
  }

  /**
   * A timer that dies with the scope, and leaves it when it fires; returns its undo. Unref'd: it never keeps the process
   * alive by itself. A closed scope sets none.
   */
  timeout(work: () => void, ms: number): () => void {
    if (this.closed) return () => {};
    const undo = (): void => {
      clearTimeout(timer);
      this.undos.delete(undo);
    };
    const timer = setTimeout(() => {
      this.undos.delete(undo);
      work();
    }, ms);
    timer.unref();
    this.undos.add(undo);
    return undo;
  }

  /** Resolves after `ms`, or when the scope closes. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.undos.delete(wake);
        resolve();
      };
      const cancel = this.timeout(wake, ms);
      this.add(wake);
    });
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
    for (const undo of [...this.undos].reverse()) {
      try {
        undo();
      } catch {
        // An undo that fails must not keep the others from running.
      }
    }
    this.undos.clear();
  }
}
