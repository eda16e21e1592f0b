import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { type Bzip2Answer, type Bzip2Job, bzip2Worker } from './bzip2-worker.ts';

/** libbzip2's answers that matter here. */
export const outputFull = -8;

interface Waiting {
  resolve(answer: Bzip2Answer): void;
  reject(error: unknown): void;
}

/** libbzip2 in a thread of its own, so that its work delays nobody's console. Whoever started it closes it. */
export class Bzip2Thread {
  private readonly worker: Worker;
  /** In the order of their jobs, which is the order of the answers. */
  private readonly waiting: Waiting[] = [];

  private constructor(library: Uint8Array) {
    const program = `(${bzip2Worker.toString()})(require('node:worker_threads'))`;
    this.worker = new Worker(program, { eval: true, workerData: library });
    this.worker.on('message', (answer: Bzip2Answer) => this.waiting.shift()?.resolve(answer));
    this.worker.on('error', (error: unknown) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('the bzip2 thread has ended')));
  }

  static async start(): Promise<Bzip2Thread> {
    const path = createRequire(import.meta.url).resolve('bzip2-wasm/bzip2-1.0.8/bzip2.wasm');
    return new Bzip2Thread(await readFile(path));
  }

  /** Rejects when the thread ends before it has answered. */
  perform(job: Bzip2Job): Promise<Bzip2Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(job);
    });
  }

  /** Ends it at once, in the middle of a job too. */
  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: unknown): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
