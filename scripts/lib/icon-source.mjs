import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { inRoot } from './paths.mjs';

export const iconSource = inRoot('build/icon.svg');
export const iconFolder = inRoot('build/icons');
/** What the icons were made from, so that a forgotten `npm run icons` is seen: pixels differ from one browser to the next. */
export const iconStamp = inRoot('build/icons/made-from.sha256');

/** Of the drawing and of the programs that make files of it. */
export async function iconSourceHash() {
  const digest = createHash('sha256');
  const makers = ['scripts/make-icons.mjs', 'scripts/lib/icon-files.mjs'];
  for (const path of [iconSource, ...makers.map((name) => inRoot(name))]) digest.update(await readFile(path));
  return `${digest.digest('hex')}\n`;
}
