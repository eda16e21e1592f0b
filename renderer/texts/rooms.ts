import type { Messages, Rooms } from '../../shared/texts/messages.ts';

/** `../features/shell/texts/strings.de.json` to `features/shell/strings`, `../../shared/texts/host.de.json` to `host`. */
const roomOf = (path: string): string =>
  path.replace(/^(?:\.\.?\/)+(?:shared\/)?/, '').replace(/(?:texts\/)?([^/]+)\.\w+\.json$/, '$1');

/** Translations by room, of files by their paths seen from this folder. */
export const roomsOf = (files: Readonly<Record<string, Messages>>): Rooms =>
  Object.fromEntries(Object.entries(files).map(([path, messages]) => [roomOf(path), messages]));
