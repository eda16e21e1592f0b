import type { Dirent } from 'node:fs';
import { opendir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import type { AdoptableFolder } from '../../shared/http/adoption.ts';
import { allowedPath, type FolderRules, folderProblem } from './allowed-folder.ts';
import { guessGame } from './guess-game.ts';

/** Most folders that are told, names that are read of one, and names that are shown of it. */
const most = { folders: 200, names: 2000, shown: 12 };
/** Longest configuration of another panel that is read, in bytes. */
const maxConfig = 256 * 1024;

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** Of Wings' `config.yml`. */
const wingsConfig = z.object({ system: z.object({ data: z.string() }) });

/**
 * What may become a volume at a path: the servers' folders of Wings (its `config.yml`, the folder of that, or of the volumes),
 * else the folder itself. Throws LightdeckError `invalid` for what isn't allowed.
 */
export async function findFolders(
  path: string,
  rules: FolderRules,
): Promise<{ folders: AdoptableFolder[]; more: number }> {
  const real = await volumesOf(allowedPath(path, rules), rules);
  const entries = await entriesOf(real);
  const servers = entries.filter((entry) => entry.isDirectory() && uuid.test(entry.name));
  if (servers.length === 0)
    return { folders: [await describe({ path: real, kind: 'folder', entries }, rules)], more: 0 };
  const folders: AdoptableFolder[] = [];
  for (const { name } of servers.slice(0, most.folders)) {
    const folder = join(real, name);
    // What vanishes meanwhile, or can't be read, has no names.
    const names = await entriesOf(folder).catch(() => []);
    folders.push(await describe({ path: folder, kind: 'wings', entries: names }, rules));
  }
  return { folders, more: Math.max(0, servers.length - most.folders) };
}

async function describe(
  { path, kind, entries }: { path: string; kind: AdoptableFolder['kind']; entries: readonly Dirent[] },
  rules: FolderRules,
): Promise<AdoptableFolder> {
  const names = entries.map(({ name }) => name).sort();
  return {
    path,
    kind,
    game: guessGame(names),
    contents: names.slice(0, most.shown),
    problem: folderProblem(path, rules),
  };
}

/** Where Wings has its servers, if that is its configuration, or the folder of it; else the path itself. */
async function volumesOf(real: string, rules: FolderRules): Promise<string> {
  if (/^config\.ya?ml$/.test(basename(real))) return (await dataOf(real, rules)) ?? real;
  const inside = await stat(join(real, 'config.yml')).catch(() => null);
  return (inside?.isFile() && (await dataOf(join(real, 'config.yml'), rules))) || real;
}

/** Null for a file that is none of Wings. Its folder of volumes must be allowed as well. */
async function dataOf(file: string, rules: FolderRules): Promise<string | null> {
  const real = allowedPath(file, rules);
  if ((await stat(real)).size > maxConfig) return null;
  const { parse } = await import('yaml');
  const config = wingsConfig.safeParse(parsed(await readFile(real, 'utf8'), parse));
  return config.success ? allowedPath(config.data.system.data, rules) : null;
}

function parsed(text: string, parse: (text: string, options: { maxAliasCount: number }) => unknown): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch {
    return null;
  }
}

/** Up to a bound, in the folder's own order. Throws LightdeckError `invalid` for what is no folder, or can't be read. */
async function entriesOf(path: string): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  try {
    for await (const entry of await opendir(path)) {
      entries.push(entry);
      if (entries.length >= most.names) break;
    }
  } catch (error) {
    throw new LightdeckError('invalid', `${JSON.stringify(path)} can't be read as a folder`, {
      cause: error,
    });
  }
  return entries;
}
