import { Worker } from 'node:worker_threads';
import type { Lane, OpenLane } from './lane.ts';
import type { LaneCore } from './lane-core.ts';
import { errorOf, type LaneAnswer, type LaneCall, type LaneMethod, type LaneStart } from './lane-messages.ts';
import program from './lane-thread.ts?program=cjs';

/** A thread without work ends after this many ms: a store may stay open for as long as the host runs. */
const idleMs = 30_000;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** A lane in a thread of its own, which is started by its first work. */
export const threadLanes =
  (rank: LaneStart['rank']): OpenLane =>
  (paths) => {
    const thread = new LaneThread({ root: paths.root, rank });
    return {
      hash: (...values) => thread.ask('hash', values),
      put: (...values) => thread.ask('put', values),
      seal: (...values) => thread.ask('seal', values),
      discard: (...values) => thread.ask('discard', values),
      index: (...values) => thread.ask('index', values),
      verify: (...values) => thread.ask('verify', values),
      copy: (...values) => thread.ask('copy', values),
      zero: (...values) => thread.ask('zero', values),
      truncate: (...values) => thread.ask('truncate', values),
      read: (...values) => thread.ask('read', values),
      take: (...values) => thread.ask('take', values),
      close: () => thread.close(),
    } satisfies Lane;
  };

export const openThreadLane = threadLanes('lowest');

class LaneThread {
  private readonly start: LaneStart;
  private worker: Worker | null = null;
  private waiting: Waiting[] = [];
  private idle: NodeJS.Timeout | undefined;
  /** Whether it may have a pack open, which would be lost with it. */
  private isWriting = false;
  private isClosed = false;

  constructor(start: LaneStart) {
    this.start = start;
  }

  ask<K extends LaneMethod>(method: K, values: Parameters<LaneCore[K]>): Promise<ReturnType<LaneCore[K]>>;
  ask(method: LaneMethod, values: LaneCall['values']): Promise<unknown> {
    if (this.isClosed) return Promise.reject(closed());
    clearTimeout(this.idle);
    const worker = this.worker ?? this.begin();
    // At rest it keeps no process alive, but now somebody waits for it.
    worker.ref();
    if (method === 'put' || method === 'take') this.isWriting = true;
    if (method === 'seal' || method === 'discard') this.isWriting = false;
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      worker.postMessage({ method, values });
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.idle);
    await this.end(closed());
  }

  private begin(): Worker {
    const worker = new Worker(program, { eval: true, workerData: this.start });
    this.worker = worker;
    worker.on('message', (answer: LaneAnswer) => {
      // It was on its way when the thread was given up: nobody waits, and no timer may begin.
      if (this.worker !== worker) return;
      const first = this.waiting.shift();
      if ('failure' in answer) first?.reject(errorOf(answer.failure));
      else first?.resolve(answer.result);
      if (this.waiting.length === 0 && !this.isWriting) this.rest();
    });
    worker.on('error', (error: unknown) => this.lose(worker, error));
    worker.on('exit', () => this.lose(worker, closed()));
    return worker;
  }

  private rest(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.end(closed()), idleMs);
    this.idle.unref();
    // Nobody waits for it: it keeps no process alive.
    this.worker?.unref();
  }

  private async end(reason: Error): Promise<void> {
    const { worker } = this;
    if (!worker) return;
    this.lose(worker, reason);
    await worker.terminate();
  }

  private lose(worker: Worker, reason: unknown): void {
    if (this.worker !== worker) return;
    this.worker = null;
    this.isWriting = false;
    for (const { reject } of this.waiting.splice(0)) reject(reason);
  }
}

const closed = (): Error => new DOMException('The thread has ended', 'AbortError');
