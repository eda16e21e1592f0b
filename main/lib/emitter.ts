export type Listener<T> = (event: T) => void;

/**
 * Typed facts about the past. The emitter stays private to its owner, who hands out `on`. Delivery is in order of
 * subscription; a throwing listener hurts nobody else (its error goes to `onError`).
 */
export class Emitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  private readonly onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void = () => {}) {
    this.onError = onError;
  }

  get size(): number {
    return this.listeners.size;
  }

  /** Returns the disposer. */
  readonly on = (listener: Listener<T>): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  emit(event: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.onError(error);
      }
    }
  }

  clear(): void {
    this.listeners.clear();
  }
}
