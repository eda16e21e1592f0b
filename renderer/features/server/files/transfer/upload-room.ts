import { bytes } from '../../../../ui/format.ts';
import { strings } from '../strings.ts';
import type { Upload } from './upload-queue.ts';

interface UploadRoom {
  files: readonly { size: number }[];
  /** What is being sent to the same place, or waits for it. */
  underWay: readonly Pick<Upload, 'state' | 'file' | 'sent'>[];
  /** What can still be written there, in bytes. */
  free: number;
}

/** Why files don't fit, in words; null if they do. A file that is replaced stays until its successor is whole, so its room doesn't count. */
export function needsTooMuch({ files, underWay, free }: UploadRoom): string | null {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const promised = underWay
    .filter(({ state }) => state === 'waiting' || state === 'sending')
    .reduce((sum, { file, sent }) => sum + Math.max(0, file.size - sent), 0);
  if (size === 0 || size + promised <= free) return null;
  return strings.noRoom(bytes(size), bytes(Math.max(0, free - promised)));
}
