import { shortDigest } from '../../../shared/image-name.ts';
import type { ImageFacts } from '../../docker/contract.ts';
import type { MadeFrom, StoredServer } from '../../store/contract.ts';

/** Which image a server is made from, to be kept: its name may stand for another one tomorrow. Null: it was gone in the same moment. */
export function madeFrom(image: string, facts: ImageFacts | null): MadeFrom | null {
  return facts === null ? null : { image, id: facts.id, digest: facts.digest };
}

/** What to say when the same name stands for another image than it did the last time; null if it doesn't, or nobody knows. Pure. */
export function imageMoved(before: StoredServer['made_from'], now: MadeFrom | null): string | null {
  if (before === null || now === null || before.image !== now.image || before.id === now.id) return null;
  const [old, current] = [before, now].map(({ digest, id }) => shortDigest(digest ?? id));
  return `the image ${now.image} is another one than before: its name stood for ${old}, now for ${current}`;
}

/** The image by a name that stays: with its digest if it came from a registry, else its id on this machine. */
export function versionOf(made: StoredServer['made_from']): string | null {
  return made === null ? null : (made.digest ?? made.id);
}
