import type { Messages, Rooms } from './messages.ts';

/** `../features/shell/texts/strings.de.json` to `features/shell/strings`. */
const roomOf = (path: string): string =>
  path.replace(/^(?:\.\.?\/)+/, '').replace(/(?:texts\/)?([^/]+)\.\w+\.json$/, '$1');

/** Translations by room, of files by their paths seen from this folder. */
export const roomsOf = (files: Readonly<Record<string, Messages>>): Rooms =>
  Object.fromEntries(Object.entries(files).map(([path, messages]) => [roomOf(path), messages]));
