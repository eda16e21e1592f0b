import { LightdeckError } from '../../shared/errors.ts';
import type { EggChange } from '../../shared/http/egg-versions.ts';
import type { EggEntry } from '../../shared/http/eggs.ts';
import type { Egg } from '../../shared/model/egg.ts';
import { digestOf, type EggCatalogue, idOf, type KnownEgg } from './catalogue.ts';
import { compareEggs } from './compare-eggs.ts';
import type { FetchText } from './fetch/fetch-text.ts';
import { parseEgg } from './parse-egg.ts';

/** What the place where an egg is from has now, beside the newest version here. `text` null: it is the same. */
export interface CheckedEgg {
  url: string;
  outcome: 'same' | 'newer' | 'older' | 'other';
  sha256: string;
  text: string | null;
  changes: EggChange[];
  notes: string[];
}

export interface CheckOptions {
  catalogue: Pick<EggCatalogue, 'get'>;
  fetchText: FetchText;
  isPrivateAllowed: boolean;
  signal: AbortSignal;
}

/**
 * E16: asks where an egg is from for its newest version, and takes nothing. Throws LightdeckError: `not_found`, also where nobody knows where that is,
 * `invalid` where no egg or another one is there by now, and what fetching throws (`conflict`: an address of the machine's own networks).
 */
export async function checkEgg(id: string, options: CheckOptions): Promise<CheckedEgg> {
  const known = options.catalogue.get(id);
  const address = addressOf(known.entry, known.egg);
  if (address === null)
    throw new LightdeckError(
      'not_found',
      `Nobody knows where ${known.egg.name} is from: it came as a file or a text. Import its newer file, and it becomes the newest version of this egg`,
    );
  const { isPrivateAllowed, signal } = options;
  const { text, url } = await options.fetchText({ url: address, isPrivateAllowed, signal });
  const sha256 = digestOf(text);
  if (sha256 === known.entry.sha256)
    return { url, outcome: 'same', sha256, text: null, changes: [], notes: [] };
  const { egg, notes } = parseEgg(text);
  if (idOf(egg) !== id)
    throw new LightdeckError(
      'invalid',
      `At ${url} is another egg by now: ${egg.name.slice(0, 200)}. Import it from there if you want that one`,
    );
  return {
    ...{ url, sha256, text },
    outcome: outcomeOf(known, egg, sha256),
    changes: compareEggs(known.egg, egg),
    notes: notes.map((note) => note.text),
  };
}

/** The page of a public repository, as imports from there name it: `https://github.com/owner/repository: folder/egg.json`. */
const inRepository = /^(https:\/\/github\.com\/[\w.-]+\/[\w.-]+): (\S.*)$/;

/** Where an egg is to be had: where it was imported from, else where it says itself. Null: neither is an address. Pure. */
export function addressOf(
  { source }: Pick<EggEntry, 'source'>,
  { update_url }: Pick<Egg, 'update_url'>,
): string | null {
  const [, home, path] = inRepository.exec(source ?? '') ?? [];
  if (home !== undefined && path !== undefined)
    return `${home}/blob/HEAD/${path.split('/').map(encodeURIComponent).join('/')}`;
  return [source, update_url].find((one) => one !== null && /^https:\/\/\S+$/.test(one)) ?? null;
}

function outcomeOf(known: KnownEgg, egg: Egg, sha256: string): CheckedEgg['outcome'] {
  if (known.versions.some((version) => version.sha256 === sha256)) return 'older';
  const [here, there] = [known.egg, egg].map(({ exported_at }) => Date.parse(exported_at ?? ''));
  if (here === undefined || there === undefined || Number.isNaN(here) || Number.isNaN(there)) return 'other';
  if (here === there) return 'other';
  return there > here ? 'newer' : 'older';
}
