import { isUtf8 } from 'node:buffer';

/**
 * How a name that is no text, or that A9 would take for something else, is spelled in a path (A16): each byte that is no part
 * of valid UTF-8, each backslash, and the colon of what looks like a drive letter, as `\xHH`. No real name is spelled like
 * another one, since its own backslashes are spelled too.
 */
const spelledByte = /\\x([0-9a-f]{2})/g;
const driveLetter = /^([a-z]):/i;

/** A name inside a folder, as the system takes it: text, or raw bytes where it is no text. */
export type Name = string | Buffer;

const spell = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`;

/** The one spelling of a name's bytes. */
export function spellName(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = isUtf8(buffer) ? buffer.toString().replaceAll('\\', spell(0x5c)) : spellBytes(buffer);
  return text.replace(driveLetter, (_all, letter: string) => letter + spell(0x3a));
}

function spellBytes(bytes: Buffer): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const character = bytes.subarray(at, at + length);
    const isText = character.length === length && lead !== 0x5c && isOneCharacter(character);
    parts.push(isText ? character.toString() : spell(lead));
    at += isText ? length : 1;
  }
  return parts.join('');
}

/** The lead byte has told the length, so valid bytes of that length are one character. */
const isOneCharacter = (bytes: Buffer): boolean =>
  isUtf8(bytes) && (bytes.length === 1 || (bytes[0] ?? 0) >= 0xc2);

/** The bytes of a spelled name. */
export function nameBytes(name: string): Buffer {
  if (!name.includes('\\')) return Buffer.from(name);
  const parts: Buffer[] = [];
  let at = 0;
  for (const { index, 0: all, 1: hex = '' } of name.matchAll(spelledByte)) {
    parts.push(Buffer.from(name.slice(at, index)), Buffer.from(hex, 'hex'));
    at = index + all.length;
  }
  return Buffer.concat([...parts, Buffer.from(name.slice(at))]);
}

/** A spelled name for system calls. */
export const systemName = (name: string): Name => (name.includes('\\') ? nameBytes(name) : name);

/** Whether it is what `spellName` gives: nothing else is taken, so that a thing has one path only. */
export const isWellSpelled = (name: string): boolean => spellName(nameBytes(name)) === name;

/** Whether the name has a backslash. What is there already is taken as it is; nothing of that kind is made. */
export const hasBackslash = (name: string): boolean => name.includes(spell(0x5c));
