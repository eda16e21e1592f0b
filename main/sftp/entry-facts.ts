import type { FileInfo, FileKind, FolderEntry } from '../files/contract.ts';
import { clientBytes } from './client-path.ts';
import { attrsField, string } from './wire.ts';

/** The bits of a mode that tell the kind, as POSIX has them. */
const kindBits: Record<FileKind, number> = {
  file: 0o100000,
  directory: 0o040000,
  link: 0o120000,
  // What it really is doesn't matter: it can't be opened. A pipe is what clients leave alone.
  other: 0o010000,
};
const kindLetter: Record<FileKind, string> = { file: '-', directory: 'd', link: 'l', other: 'p' };
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** `ls` shows the year instead of the time for what is older, in ms. */
const halfYearMs = 182 * 86_400_000;

/** SFTP's seconds are 32 bits without a sign. */
const seconds = (ms: number): number => Math.min(0xffff_ffff, Math.max(0, Math.floor(ms / 1000)));

export function factsField(info: FileInfo): Buffer {
  return attrsField({
    size: info.size,
    uid: info.uid,
    gid: info.gid,
    mode: kindBits[info.kind] | (info.mode & 0o7777),
    accessed: seconds(info.accessedAt),
    modified: seconds(info.modifiedAt),
  });
}

/** One entry of a `name` reply. `now` in Unix milliseconds. */
export function entryField(entry: FolderEntry, now: number): Buffer {
  return Buffer.concat([string(clientBytes(entry.name)), string(longName(entry, now)), factsField(entry)]);
}

/** As `ls -l` writes it, times in UTC. Control characters, with which a name could play tricks on a terminal, are shown as `?`, bytes that are no text as they are spelled (A16). */
export function longName(entry: FolderEntry, now: number): string {
  const bits = [...'rwxrwxrwx'].map((letter, i) => (entry.mode & (0o400 >> i) ? letter : '-')).join('');
  const date = new Date(entry.modifiedAt);
  const two = (value: number): string => String(value).padStart(2, '0');
  const isRecent = Math.abs(now - entry.modifiedAt) < halfYearMs;
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  const columns = [
    `${kindLetter[entry.kind]}${bits}`,
    '   1',
    String(entry.uid).padEnd(8),
    String(entry.gid).padEnd(8),
    String(entry.size).padStart(8),
    `${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`,
    isRecent ? clock : String(date.getUTCFullYear()).padStart(5),
    entry.name.replace(/[\x00-\x1f\x7f-\x9f]/g, '?'),
  ];
  return columns.join(' ');
}
