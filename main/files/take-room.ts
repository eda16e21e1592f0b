import { LightdeckError } from '../../shared/errors.ts';
import { hasCode } from '../lib/system-error.ts';
import type { Room } from './contract.ts';

/** Counts bytes against the room. Where they don't fit, the trash is emptied for them first, if that is enough. Throws as `Room.take`. */
export async function takeRoom(room: Room, bytes: number): Promise<void> {
  try {
    room.take(bytes);
  } catch (error) {
    const isFull = error instanceof LightdeckError && error.code === 'out_of_space';
    if (!isFull || !(await room.make?.(bytes))) throw error;
    room.take(bytes);
  }
}

/** Bytes that are left, after the trash was emptied for `bytes` where they didn't fit and that is enough. */
export async function roomFor(room: Room, bytes: number): Promise<number> {
  if (bytes > room.left()) await room.make?.(bytes);
  return room.left();
}

/** Does what a full disk refuses, and does it again after the trash was emptied for that many bytes, where it was: the kernel may refuse before our count does. */
export async function withRoom<T>(room: Room, bytes: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isFull = hasCode(error, 'ENOSPC', 'EDQUOT');
    if (!isFull || !(await room.make?.(room.left() + bytes))) throw error;
    return work();
  }
}
