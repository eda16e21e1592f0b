import { constants as fsConstants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import { MiB } from '../../shared/units.ts';
import type { Name } from './byte-name.ts';
import type { Room } from './contract.ts';
import { shown } from './file-errors.ts';
import { careful, type FsNode } from './fs-node.ts';
import { takeRoom, withRoom } from './take-room.ts';

const { O_CREAT, O_EXCL, O_RDWR } = fsConstants;

/** Makes a file that wasn't there; nobody else can open it until it gets its owner and mode. */
export function createFile(folder: FsNode, name: Name, flags = O_RDWR): Promise<FileHandle> {
  return open(folder.at(name), flags | O_CREAT | O_EXCL | careful, 0o600);
}

/** Counts one writer's bytes against the room, and can give back what it counted. */
export class Claim {
  private readonly room: Room;
  private bytes = 0;

  constructor(room: Room) {
    this.room = room;
  }

  async take(bytes: number): Promise<void> {
    await takeRoom(this.room, bytes);
    this.bytes += bytes;
  }

  /** As `withRoom`, with this claim's room. */
  within<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    return withRoom(this.room, bytes, work);
  }

  /** The writer failed: nothing of it is there any more. */
  dispose(): void {
    if (this.bytes > 0) this.room.take(-this.bytes);
    this.bytes = 0;
  }
}

/** Latest time that a Date holds, in Unix milliseconds, either way. */
const maxTime = 8.64e15;

/** Unix milliseconds as Node's calls want a time: plain numbers below zero are taken for «now» by them. What is out of all bounds becomes the bound. */
export const timeArgument = (ms: number): Date =>
  new Date(Math.min(Math.max(-maxTime, Number.isNaN(ms) ? 0 : ms), maxTime));

/** Zeros of at least this many bytes become a hole. */
const leastHole = 4096;
const zeros = Buffer.alloc(256 * 1024);

export function isZeros(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const part = bytes.subarray(at, at + zeros.length);
    if (Buffer.compare(part, zeros.subarray(0, part.length)) !== 0) return false;
  }
  return true;
}

export const isHole = (bytes: Uint8Array): boolean => bytes.length >= leastHole && isZeros(bytes);

/** Writes all of the bytes at this place, wherever the system stops in between. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

/** The next of what comes, or the signal's reason as soon as it is aborted. */
function nextOf<T>(iterator: AsyncIterator<T>, signal: AbortSignal | undefined): Promise<IteratorResult<T>> {
  if (!signal) return iterator.next();
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    iterator
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

/** As many bytes are gathered before they are written: fewer, larger writes. Sources give 64 KiB at a time. */
const gatherBytes = MiB;
const none = new Uint8Array(0);
/** Most pieces of one write, for sources that give a few bytes at a time. */
const maxPieces = 256;

/** Writes all that comes into an empty file, counting it first (but holes, where they are wanted). The number of bytes. The source is ended on a failure. */
export async function writeStream(
  file: FileHandle,
  source: AsyncIterable<Uint8Array>,
  { claim, signal, holes }: { claim: Claim; signal: AbortSignal | undefined; holes: boolean },
): Promise<number> {
  const iterator = source[Symbol.asyncIterator]();
  let [size, waiting, ended]: [number, Uint8Array[], boolean] = [0, [], false];
  let gathered = 0;
  let endsInHole = false;
  // One batch is on its way to the disk while the next one is gathered.
  let writing: Promise<unknown> = Promise.resolve();
  try {
    while (!ended) {
      const next = await nextOf(iterator, signal);
      ended = next.done === true;
      const chunk = next.done === true ? none : next.value;
      const skipped = holes && isHole(chunk) ? chunk.length : 0;
      if (chunk.length > 0 && skipped === 0) {
        await claim.take(chunk.length);
        waiting.push(chunk);
        gathered += chunk.length;
      }
      if (gathered < gatherBytes && waiting.length < maxPieces && skipped === 0 && !ended) continue;
      await writing;
      const [batch, at] = [waiting, size];
      writing = claim.within(gathered, () => writeBatch(file, batch, at));
      // A failure is told where it is waited for.
      writing.catch(() => {});
      size += gathered + skipped;
      endsInHole = skipped > 0 || (endsInHole && gathered === 0);
      [waiting, gathered] = [[], 0];
    }
    await writing;
    if (endsInHole) await file.truncate(size);
    return size;
  } catch (error) {
    await writing.catch(() => {});
    // Not waited for: a source that hangs must not hold up the failure.
    void Promise.resolve(iterator.return?.()).catch(() => {});
    throw error;
  }
}

async function writeBatch(file: FileHandle, chunks: Uint8Array[], start: number): Promise<void> {
  if (chunks.length === 0) return;
  let at = start;
  let { bytesWritten: skipped } = await file.writev(chunks, start);
  // A full disk, or a signal, can stop it in between: the rest goes one by one, and tells why.
  for (const chunk of chunks) {
    const done = Math.min(skipped, chunk.length);
    skipped -= done;
    if (done < chunk.length) await writeAll(file, chunk.subarray(done), at + done);
    at += chunk.length;
  }
}

/** Makes sure that a rename in the folder survives a power cut. */
export async function flushFolder(folder: FsNode): Promise<void> {
  // Windows can't open a folder, and journals renames by itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder.self, fsConstants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function existsAlready(path: string): LightdeckError {
  return new LightdeckError('conflict', `${shown(path)} exists already`);
}
