import { type ConfigFile, maxConfigFiles } from '../../shared/http/config-files.ts';
import { parserOfName, type SettingParser } from '../../shared/model/config-setting.ts';
import type { Jail } from '../files/contract.ts';

/** How deep, in how many folders and entries it is looked, and bytes of a file that a form is for. */
const bounds = { depth: 3, folders: 80, entries: 10_000, size: 512 * 1024 };

/** Folders in which nobody sets anything: worlds, logs, programs and what they fetch. */
const idle =
  /^(\.|world|logs?$|crash|cache|libraries$|versions$|bundler$|node_modules$|region$|playerdata|backups?$|steamapps$|steamcmd$|engine$|linux64$|bin$|lang$|locales?$|assets$|textures$|i18n$)/i;

/** Files that programs write for themselves. */
const idleFile =
  /^(\.|package(-lock)?\.json$|usercache\.json$|usernamecache\.json$|version(_history)?\.json$|manifest.*\.json$|.*\.lock\.json$|tsconfig.*\.json$)/i;

/**
 * E12: files of a volume that most likely are settings, those at the top first; those of a recipe (`own`) whatever they are called, by its parsers. Folders that
 * can't be read are passed over.
 */
export async function findConfigFiles(
  jail: Jail,
  own: ReadonlyMap<string, SettingParser> = new Map(),
): Promise<ConfigFile[]> {
  const found: ConfigFile[] = [];
  let folders: { path: string; depth: number }[] = [{ path: '', depth: 1 }];
  let looked = 0;
  let seen = 0;
  while (folders.length > 0 && looked < bounds.folders && found.length < maxConfigFiles) {
    const next: typeof folders = [];
    for (const { path, depth } of folders) {
      looked += 1;
      if (looked > bounds.folders || seen > bounds.entries) break;
      const entries = await jail.list(path, { limit: bounds.entries }).catch((error: unknown) => {
        if (path === '') throw error;
        return [];
      });
      seen += entries.length;
      for (const { name, kind, size } of entries) {
        const inner = path === '' ? name : `${path}/${name}`;
        if (kind === 'directory' && depth < bounds.depth && !idle.test(name))
          next.push({ path: inner, depth: depth + 1 });
        const usual = idleFile.test(name) ? null : parserOfName(name);
        const parser = kind === 'file' && size <= bounds.size ? (own.get(inner) ?? usual) : null;
        if (parser !== null) found.push({ path: inner, parser, size });
      }
    }
    folders = next;
  }
  return found.slice(0, maxConfigFiles);
}
