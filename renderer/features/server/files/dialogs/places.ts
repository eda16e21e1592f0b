import type { FileEntry } from '../../../../../shared/http/files.ts';
import { join } from '../paths.ts';

export type Transfer = 'move' | 'copy';

/** A typed path as the host has it: slashes at the ends and doubled ones are no part of it. */
export const cleanPath = (text: string): string =>
  text
    .trim()
    .split('/')
    .filter((name) => name !== '')
    .join('/');

/** Why entries of the folder `from` can't go to `to`, in a word; null if nothing speaks against it. */
export function placeProblem(
  transfer: Transfer,
  { entries, from, to }: { entries: readonly FileEntry[]; from: string; to: string },
): 'dots' | 'same' | 'inside' | null {
  if (/[\\\0]/.test(to) || to.split('/').some((name) => name === '.' || name === '..')) return 'dots';
  if (transfer === 'move' && to === from) return 'same';
  const isInside = entries.some(({ name, type }) => {
    const own = join(from, name);
    return type === 'directory' && (to === own || to.startsWith(`${own}/`));
  });
  return isInside ? 'inside' : null;
}
