import { toError } from '../../../shared/error-text.ts';

/**
 * A stream that is destroyed with an error says so once more by event, and an event that nobody hears ends the process. Ours
 * come out of the loops that read and feed them.
 */
export function hush<T extends { on(event: 'error', listener: () => void): unknown }>(stream: T): T {
  stream.on('error', () => {});
  return stream;
}

/** For libraries whose streams could give anything, as far as their types say. */
export async function* bytesOnly(source: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('a stream of bytes gave something else');
    yield chunk;
  }
}

export interface FedStream<T> {
  output: AsyncIterable<T>;
  /** Fills the stream that `output` comes out of. It must come to an end when `destroy` is called. */
  feed(): Promise<void>;
  destroy(error?: Error): void;
}

/**
 * Gives `output` while it is being fed. A failure of either side ends both and is thrown; so does whoever stops reading. A library
 * that throws in `feed` and leaves its stream open holds up nobody: then `output` is not waited for.
 */
export async function* whileFed<T>({ output, feed, destroy }: FedStream<T>): AsyncGenerator<T> {
  let failure: { error: unknown } | null = null;
  let giveUp = (_error: unknown): void => {};
  const failed = new Promise<never>((_resolve, reject) => {
    giveUp = reject;
  });
  failed.catch(() => {});
  const feeding = feed().catch((error: unknown) => {
    failure ??= { error };
    destroy(toError(error));
    giveUp(error);
  });
  const iterator = output[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), failed]);
      if (next.done === true) break;
      yield next.value;
    }
  } catch (error) {
    failure ??= { error };
  } finally {
    destroy();
    // Not waited for: it may hang in what will never come.
    void Promise.resolve(iterator.return?.()).catch(() => {});
    await feeding;
  }
  // The feeder's own words come first: what the stream says of it is only an echo.
  if (failure) throw failure.error;
}
