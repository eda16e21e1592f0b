import { internalIdSchema } from '../../shared/model/server.ts';

/** What a link may ask for: to be asked about by a dialog before it is done. A kill can't be linked to. */
export type LinkAsk = 'start' | 'stop' | 'restart';

/** Where a link leads in the page, or what it asks to be done. */
export type DeepLink = { path: string } | { ask: LinkAsk; serverId: string };

/** The scheme that electron-builder.yml registers. */
export const linkScheme = 'lightdeck';
/** A link is never longer, in characters. */
const maxLink = 200;

const pages: Record<string, string> = { overview: '/', new: '/new' };
const tabs: readonly string[] = [
  'console',
  'files',
  'game',
  'backups',
  'schedules',
  'network',
  'settings',
  'activity',
];
const asks: readonly LinkAsk[] = ['start', 'stop', 'restart'];

/**
 * Reads `lightdeck://overview`, `lightdeck://new`, `lightdeck://servers/ID`, the same with a tab behind it, or with `start`, `stop`
 * or `restart`, and `lightdeck://import?url=…`; null for all else. Any web page may make such a link, so it is compared letter by letter and never decoded or
 * normalised: what has escapes, dots for folders, users, ports, queries or anything more is no link of ours.
 */
export function parseDeepLink(text: string): DeepLink | null {
  // Browsers and systems may write the scheme in capitals, and add a slash to a link that has only one part.
  const egg = importedFrom(text);
  if (egg !== null) return { path: `/new/import?url=${encodeURIComponent(egg)}` };
  if (text.length > maxLink) return null;
  const match = /^lightdeck:\/\/([A-Za-z0-9_./-]+?)\/?$/i.exec(text);
  if (!match?.[1]) return null;
  const [place = '', id, what, ...more] = match[1].split('/');
  if (more.length > 0) return null;
  if (id === undefined) return Object.hasOwn(pages, place) ? { path: pages[place] ?? '/' } : null;
  const serverId = internalIdSchema.safeParse(id);
  if (place !== 'servers' || !serverId.success) return null;
  if (what === undefined) return { path: `/servers/${serverId.data}` };
  if (tabs.includes(what)) return { path: `/servers/${serverId.data}/${what}` };
  const ask = asks.find((one) => one === what);
  return ask ? { ask, serverId: serverId.data } : null;
}

/** Longest address of an egg, as it stands in a link. */
const maxEggLink = 2048;

/**
 * The address in `lightdeck://import?url=…`, of https alone; the page asks before the host fetches it. The one place where an escape is taken:
 * once, and what comes out is an address or nothing.
 */
function importedFrom(text: string): string | null {
  if (text.length > maxEggLink) return null;
  const [, written] = /^lightdeck:\/\/import\/?\?url=([\w.~:/@!$'()*,;%?=+-]+)$/i.exec(text) ?? [];
  if (written === undefined) return null;
  try {
    const url = new URL(decodeURIComponent(written));
    const isPlain = url.protocol === 'https:' && url.username === '' && url.password === '';
    return isPlain ? url.href : null;
  } catch {
    return null;
  }
}

/** The link that Windows or Linux started the app with, or a second time while it runs: the first one on the command line. Null if there is none, or a bad one. */
export function linkIn(argv: readonly string[]): DeepLink | null {
  // The first is the program.
  const link = argv.slice(1).find((argument) => /^lightdeck:/i.test(argument));
  return link === undefined ? null : parseDeepLink(link);
}

/**
 * Whether the app itself says at its start that such links are its own. On Linux the package's menu entry says so, and asking for it there runs
 * a program that fails on some desktops. An AppImage gets its entry
 * where the user wants one (app-image-entry.ts).
 */
export const registersLinks = (platform: NodeJS.Platform): boolean =>
  platform === 'win32' || platform === 'darwin';
