import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import { hasCode } from '../lib/system-error.ts';
import { writeDurably } from './durable.ts';
import { type StorePaths, storeFormat } from './format.ts';

const aboutSchema = z.object({ format: z.literal(storeFormat), id: z.string(), created_at: z.int() });

/** Sees that the folder is a store, or makes one of it. Throws LightdeckError: `not_found`, `conflict` (something else is in it); or as the system does. */
export async function prepareStore(
  paths: StorePaths,
  { create, now }: { create: boolean; now: () => number },
): Promise<void> {
  let text: string | null = null;
  try {
    text = await readFile(paths.about, 'utf8');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  if (text !== null) {
    if (!aboutSchema.safeParse(parseJson(text)).success)
      throw new LightdeckError(
        'conflict',
        `The snapshot store in ${paths.root} was made by a newer Lightdeck, or is damaged: ${paths.about} says what it is`,
      );
    return;
  }
  if (!create) throw new LightdeckError('not_found', `There is no snapshot store in ${paths.root}`);
  await mkdir(paths.root, { recursive: true, mode: 0o700 });
  const names = await readdir(paths.root);
  if (names.some((name) => !own.has(name) && name !== 'lost+found'))
    throw new LightdeckError('conflict', `${paths.root} is not empty: choose an empty folder for snapshots`);
  for (const folder of [paths.packs, paths.snapshots, paths.unfinished])
    await mkdir(folder, { recursive: true, mode: 0o700 });
  const about = { format: storeFormat, id: randomBytes(8).toString('hex'), created_at: now() };
  await writeDurably(paths.about, `${JSON.stringify(about)}\n`);
}

/** What a first attempt that was cut short may have left. */
const own = new Set(['packs', 'snapshots', 'unfinished']);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
