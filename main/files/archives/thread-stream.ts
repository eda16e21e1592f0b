import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { MiB } from '../../../shared/units.ts';
import { type FromStream, type StreamWork, streamWorker, unxz, unzst } from './stream-worker.ts';

/** zstd's own bound for what is unpacked without being asked (`--long=27`), and a little. */
const maxMemory = 130 * MiB;

const ways = {
  xz: { pathOf: () => createRequire(import.meta.url).resolve('xz-decompress'), decompress: unxz },
  zst: { pathOf: () => createRequire(import.meta.url).resolve('fzstd'), decompress: unzst },
} as const;

/**
 * Decompresses xz or zstd, several streams behind each other too, in a thread of its own, so that its work delays nobody's console. There is
 * one piece of input and one of output at a time. The thread ends with the work, also with one that is broken off. Throws
 * Error when the data is damaged or cut.
 */
export async function* decompressInThread(
  source: AsyncIterable<Uint8Array>,
  format: keyof typeof ways,
): AsyncGenerator<Uint8Array> {
  const { pathOf, decompress } = ways[format];
  const workerData: StreamWork = { library: await readFile(pathOf(), 'utf8'), maxMemory };
  const program = `(${streamWorker.toString()})(require, ${decompress.toString()})`;
  const worker = new Worker(program, { eval: true, workerData });
  const input = source[Symbol.asyncIterator]();
  try {
    const messages = inbox(worker);
    for (;;) {
      const message = await messages.next();
      if ('end' in message) return;
      if ('failure' in message) throw new Error(message.failure);
      if ('output' in message) {
        yield message.output;
        worker.postMessage(null);
        continue;
      }
      const { done, value } = await input.next();
      worker.postMessage(done === true ? null : value);
    }
  } finally {
    await worker.terminate();
    await input.return?.();
  }
}

/** The thread says one thing at a time and waits for the answer. */
function inbox(worker: Worker): { next(): Promise<FromStream> } {
  const said: FromStream[] = [];
  let failure: Error | null = null;
  let wake = (): void => {};
  const fail = (error: Error): void => {
    failure ??= error;
    wake();
  };
  worker.on('message', (message: FromStream) => {
    said.push(message);
    wake();
  });
  worker.on('error', (error: Error) => fail(error));
  worker.on('exit', () => fail(new Error('the thread has ended')));
  return {
    async next() {
      for (;;) {
        const message = said.shift();
        if (message) return message;
        if (failure) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
