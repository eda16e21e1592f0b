import type { FileHandle } from 'node:fs/promises';

const chunkSize = 256 * 1024;

export interface Range {
  start: number;
  /** The byte after the last one. */
  end: number;
  signal: AbortSignal;
}

/** The bytes of an open file, fewer if it ends early. The handle stays the caller's, its position is not used. */
export async function* fileChunks(file: FileHandle, { start, end, signal }: Range): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    signal.throwIfAborted();
    const room = Buffer.allocUnsafe(Math.min(chunkSize, end - at));
    const { bytesRead } = await file.read(room, 0, room.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield room.subarray(0, bytesRead);
  }
}
