interface Task {
  priority: number;
  begin: () => void;
  /** It will never begin. */
  drop: () => void;
}

export interface TaskOptions {
  /** The lowest goes first, whenever it came; among equals, first come, first served. Default 0. */
  priority?: number;
}

/**
 * Lets so many tasks run at the same time; the others wait for their turn. What waits is bounded by the caller. Tasks begin
 * in a microtask, so that of those that come in one turn the ones with the lowest `priority` go first.
 */
export class Limiter {
  private readonly atOnce: number;
  /** In the order in which they will begin. */
  private readonly tasks: Task[] = [];
  private active = 0;
  private isHeld = false;
  private isClosed = false;

  constructor(atOnce: number) {
    this.atOnce = atOnce;
  }

  /** Tasks under way. */
  get running(): number {
    return this.active;
  }

  get waiting(): number {
    return this.tasks.length;
  }

  /** Resolves, or rejects, as the work does. Rejects with the `AbortError` of a closed limiter if the work never begins. */
  run<T>(work: () => Promise<T>, { priority = 0 }: TaskOptions = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      const begin = (): void => void this.begin(work).then(resolve, reject);
      this.put({ priority, begin, drop: () => reject(closedError()) });
    });
  }

  /**
   * For work whose end nobody waits for; it must see to its own failures, since a rejection is ignored here. Returns how it is
   * cancelled; that gives false if it has begun already.
   */
  add(work: () => Promise<void>, { priority = 0 }: TaskOptions = {}): () => boolean {
    const begin = (): void => void this.begin(work).catch(() => {});
    const task: Task = { priority, begin, drop: () => {} };
    this.put(task);
    return () => {
      const index = this.tasks.indexOf(task);
      if (index >= 0) this.tasks.splice(index, 1);
      return index >= 0;
    };
  }

  /** Lets nothing begin until `release`. */
  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
    this.next();
  }

  /** What waits never begins, nor what still comes. What runs goes on to its end. */
  close(): void {
    this.isClosed = true;
    for (const task of this.tasks.splice(0)) task.drop();
  }

  private hasRoom(): boolean {
    return !this.isHeld && !this.isClosed && this.active < this.atOnce;
  }

  private put(task: Task): void {
    if (this.isClosed) {
      task.drop();
      return;
    }
    const index = this.tasks.findLastIndex(({ priority }) => priority <= task.priority) + 1;
    this.tasks.splice(index, 0, task);
    queueMicrotask(() => this.next());
  }

  private next(): void {
    while (this.hasRoom()) {
      const task = this.tasks.shift();
      if (!task) return;
      task.begin();
    }
  }

  private async begin<T>(work: () => Promise<T>): Promise<T> {
    this.active += 1;
    try {
      return await work();
    } finally {
      this.active -= 1;
      this.next();
    }
  }
}

function closedError(): Error {
  return new DOMException('This queue was closed before the work began', 'AbortError');
}
