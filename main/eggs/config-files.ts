import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { ConfigReplacement, EggConfigFile } from '../../shared/model/egg.ts';
import type { Jail } from '../files/contract.ts';
import { decodeText, encodeText } from './data/encoding.ts';
import { fillReplacements, type PlaceholderFacts } from './placeholders.ts';

/** Largest file that is changed, in bytes, and most work on one: its bytes times the places to set. */
const maxBytes = 4 * 1024 * 1024;
const maxWork = 64 * 1024 * 1024;

/** E5: sets the places of a server's configuration files before it starts. */
export interface ConfigFiles {
  /** What was changed and what could not be, a line for each file with news; values are never told. Never rejects. */
  apply(volumeId: string, files: readonly EggConfigFile[], facts: PlaceholderFacts): Promise<string[]>;
}

/** `jail` throws for an unknown volume. */
export function createConfigFiles({ jail }: { jail: (volumeId: string) => Jail }): ConfigFiles {
  return {
    async apply(volumeId, files, facts) {
      const told: string[] = [];
      for (const file of files) {
        try {
          const line = await applyFile(jail(volumeId), file, fillReplacements(file.find, facts));
          if (line !== null) told.push(line);
        } catch (error) {
          told.push(`Warning: ${file.path} could not be set up for this start: ${errorText(error)}`);
        }
      }
      return told;
    },
  };
}

async function applyFile(
  jail: Jail,
  { path, parser, create }: EggConfigFile,
  replacements: readonly ConfigReplacement[],
): Promise<string | null> {
  const bytes = await readConfigFile(jail, path);
  // Nothing in a file of lines could match, and an empty one would keep a game from writing its own.
  if (bytes === null && (!create || parser === 'file')) return null;
  const old = decodeText(bytes ?? Buffer.alloc(0));
  if (old.text.length * replacements.length > maxWork)
    throw new Error('it is too large for that many changes');
  // Here, not at the top: few servers have such files, and each start of a host would load the parsers.
  const { editConfig } = await import('./edit-config.ts');
  const { text, changed, problems } = editConfig(parser, old.text, replacements);
  if (text !== old.text) await jail.writeWhole(path, whole(encodeText(text, old.encoding)));
  const parts = [
    ...(changed.length > 0 ? [`set ${listed(changed)}`] : []),
    ...(problems.length > 0 ? [`not set, since ${listed(problems)}`] : []),
  ];
  return parts.length === 0 ? null : `${path}: ${parts.join('; ')}`;
}

/** Most places that are named in a line. */
const maxListed = 20;

function listed(places: readonly string[]): string {
  const some = places.slice(0, maxListed).map((place) => place.slice(0, 120).replace(/\p{Cc}+/gu, ' '));
  return places.length > maxListed
    ? `${some.join(', ')} and ${places.length - maxListed} more`
    : some.join(', ');
}

/** A configuration file's bytes, 4 MiB at most; null: it is not there. */
export async function readConfigFile(jail: Jail, path: string): Promise<Buffer | null> {
  try {
    await jail.stat(path);
  } catch (error) {
    if (error instanceof LightdeckError && error.code === 'not_found') return null;
    throw error;
  }
  const handle = await jail.open(path, { read: true, write: false });
  try {
    const { size } = await handle.stat();
    if (size > maxBytes)
      throw new LightdeckError('too_large', `it is larger than ${maxBytes / 1024 / 1024} MiB`);
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) return buffer.subarray(0, length);
      length += bytesRead;
      if (length > maxBytes)
        throw new LightdeckError('too_large', `it is larger than ${maxBytes / 1024 / 1024} MiB`);
    }
  } finally {
    await handle.close();
  }
}

export async function* whole(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
