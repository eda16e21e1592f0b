/** Length of a time with Z, as we keep it: 2026-11-23T21:00:00.123456789Z. */
const timeLength = 30;
/** The same with the space behind it: what Docker writes in front of a log entry, whatever the time zone of its machine. */
const prefixLength = timeLength + 1;
/** Longest one: Podman writes its zone as `+01:00` (seen with 5.8) unless that is UTC. */
export const maxPrefixLength = prefixLength + 5;

const utcPattern = '0000-00-00T00:00:00.000000000Z ';
const zonePattern = '0000-00-00T00:00:00.000000000+00:00 ';
const digit = 0x30;

/** A time in front of a log entry, in UTC with nine digits, so that text order is time order; `length` with the space behind it. */
export interface LogPrefix {
  time: string;
  length: number;
}

/** The time and the space at `at`, in exactly an engine's form; null if there is none, or not all of it. */
export function prefixAt(bytes: Buffer, at: number): LogPrefix | null {
  if (isLike(bytes, at, utcPattern))
    return { time: bytes.toString('latin1', at, at + timeLength), length: prefixLength };
  if (!isLike(bytes, at, zonePattern)) return null;
  const time = normalTime(bytes.toString('latin1', at, at + zonePattern.length - 1));
  return time === null ? null : { time, length: maxPrefixLength };
}

function isLike(bytes: Buffer, at: number, pattern: string): boolean {
  if (at < 0 || at + pattern.length > bytes.length) return false;
  for (let index = 0; index < pattern.length; index += 1) {
    const expected = pattern.charCodeAt(index);
    const byte = bytes[at + index] ?? 0;
    if (expected === digit) {
      if (byte < 0x30 || byte > 0x39) return false;
    } else if (byte !== expected && !(expected === plus && byte === minus)) return false;
  }
  return true;
}

const plus = 0x2b;
const minus = 0x2d;

/**
 * A time of the engine's API (any number of decimals, any zone) in UTC and in the nine-digit form, so that text order is time
 * order, also where a zone goes over to winter time; null if it is none.
 */
export function normalTime(text: string): string | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (!match) return null;
  const [, local = '', decimals = '', zone = 'Z'] = match;
  const seconds = zone === 'Z' ? local : inUtc(`${local}${zone}`);
  return seconds === null ? null : `${seconds}.${decimals.padEnd(9, '0')}Z`;
}

/** The last one: a log has many entries in one second. */
let lastZoned = { text: '', seconds: '' };

function inUtc(text: string): string | null {
  if (text === lastZoned.text) return lastZoned.seconds;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return null;
  lastZoned = { text, seconds: new Date(at).toISOString().slice(0, 19) };
  return lastZoned.seconds;
}

/** A time as the log API's `since` wants it, of Docker and of Podman: seconds since 1970, a dot, nanoseconds. Null if it is none. */
export function sinceParameter(time: string): string | null {
  const normal = normalTime(time);
  if (normal === null) return null;
  const seconds = Date.parse(`${normal.slice(0, 19)}Z`) / 1000;
  return Number.isFinite(seconds) ? `${seconds}.${normal.slice(20, 29)}` : null;
}

/** Unix milliseconds as a nine-digit time. */
export function timeOfMs(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000000Z`;
}

/** Unix milliseconds of a nine-digit time; NaN if it is none. */
export function timeMs(time: string): number {
  return Date.parse(`${time.slice(0, 23)}Z`);
}
