import { toError } from '../../../shared/error-text.ts';

/** A writable end of a library's stream, as much of it as we use. */
interface Sink {
  readonly destroyed: boolean;
  write(chunk: Uint8Array): boolean;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}

/** Writes and waits until there is room for more. False when the stream was closed meanwhile: then nobody wants more. */
export async function offer(sink: Sink, chunk: Uint8Array): Promise<boolean> {
  if (sink.destroyed) return false;
  if (sink.write(chunk)) return true;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      sink.off('drain', done);
      sink.off('close', done);
      resolve();
    };
    sink.once('drain', done);
    sink.once('close', done);
  });
  return !sink.destroyed;
}

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

/** Gives `output` while it is being fed. A failure of either side ends both and is thrown; so does whoever stops reading. */
export async function* whileFed<T>({ output, feed, destroy }: FedStream<T>): AsyncGenerator<T> {
  let failure: { error: unknown } | null = null;
  const feeding = feed().catch((error: unknown) => {
    failure ??= { error };
    destroy(toError(error));
  });
  try {
    yield* output;
  } catch (error) {
    failure ??= { error };
  } finally {
    destroy();
    await feeding;
  }
  // The feeder's own words come first: what the stream says of it is only an echo.
  if (failure) throw failure.error;
}
