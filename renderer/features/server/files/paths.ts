/** Paths in a volume as the host has them: names joined by `/`, without a slash at either end; '' is the root. */

export const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

export const parentOf = (path: string): string => path.split('/').slice(0, -1).join('/');

export const nameOf = (path: string): string => path.split('/').at(-1) ?? '';

/** The folders above a path, the root first, with the path itself at the end. */
export function crumbs(path: string): { name: string; path: string }[] {
  const names = path === '' ? [] : path.split('/');
  return names.map((name, index) => ({ name, path: names.slice(0, index + 1).join('/') }));
}

/** A path in an address, where `#` and `?` would end it. */
export const toAddress = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** Back from an address; '' for one that is broken. */
export function fromAddress(text: string): string {
  try {
    return text.split('/').map(decodeURIComponent).filter(Boolean).join('/');
  } catch {
    return '';
  }
}

/** What is wrong with a new name, in a word; null if nothing is. */
export function nameProblem(name: string): 'empty' | 'slash' | 'dots' | null {
  if (name.trim() === '') return 'empty';
  if (/[/\\\0]/.test(name)) return 'slash';
  return name === '.' || name === '..' ? 'dots' : null;
}

/** `world.zip` → `world (2).zip`: a name that isn't taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const dot = name.lastIndexOf('.');
  const [base, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let number = 2; ; number += 1) {
    const candidate = `${base} (${number})${ending}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** A free name for each of `names` that is taken, none of them given twice; the others stay. */
export function freeNames(names: Iterable<string>, taken: ReadonlySet<string>): Map<string, string> {
  const all = new Set(names);
  const used = new Set([...taken, ...all]);
  const chosen = new Map<string, string>();
  for (const name of all) {
    const free = taken.has(name) ? freeName(name, used) : name;
    used.add(free);
    chosen.set(name, free);
  }
  return chosen;
}

const pictureTypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  ico: 'image/x-icon',
};

/** The type of a picture that browsers show; null for other files (and for drawings in SVG, which are texts). */
export function pictureType(name: string): string | null {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(pictureTypes, ending) ? (pictureTypes[ending] ?? null) : null;
}

export const isArchive = (name: string): boolean => /\.(zip|tar|tgz|gz|bz2|xz|zst)$/i.test(name);

/** `world.tar.gz` → `world`: the folder that it is taken out into. */
export const withoutArchiveEnding = (name: string): string =>
  name.replace(/\.(zip|tgz|tar(\.\w+)?|gz|bz2|xz|zst)$/i, '');
