import { createStore, type StoreApi } from 'zustand/vanilla';

/**
 * A store that tells its listeners once a frame, however often it changes. A hidden page gets no frames: it then costs
 * nothing, and is right again with the next one.
 */
export class FrameStore<T extends object> {
  readonly store: StoreApi<T>;
  private pending: T | null = null;

  constructor(first: T) {
    this.store = createStore<T>(() => first);
  }

  /** What it is, told or not yet. */
  get current(): T {
    return this.pending ?? this.store.getState();
  }

  change(changes: Partial<T>): void {
    const isFirst = this.pending === null;
    this.pending = { ...this.current, ...changes };
    if (!isFirst) return;
    requestAnimationFrame(() => {
      const next = this.pending;
      this.pending = null;
      if (next) this.store.setState(next, true);
    });
  }
}
