/** Length of a time as the engine writes it in front of a log entry: 2026-11-23T21:00:00.123456789Z. */
export const timeLength = 30;
/** The same with the space behind it. */
export const prefixLength = timeLength + 1;

const pattern = '0000-00-00T00:00:00.000000000Z ';
const digit = 0x30;

/** Whether the 31 bytes at `at` are a time and a space, in exactly the engine's form. */
export function isPrefixAt(bytes: Buffer, at: number): boolean {
  if (at < 0 || at + prefixLength > bytes.length) return false;
  for (let index = 0; index < prefixLength; index += 1) {
    const expected = pattern.charCodeAt(index);
    const byte = bytes[at + index] ?? 0;
    if (expected === digit ? byte < 0x30 || byte > 0x39 : byte !== expected) return false;
  }
  return true;
}

export function timeAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + timeLength);
}

/** A time of the engine's API (any number of decimals) in the nine-digit form, so that text order is time order; null if it is none. */
export function normalTime(text: string): string | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text);
  return match ? `${match[1]}.${(match[2] ?? '').padEnd(9, '0')}Z` : null;
}

/** A nine-digit time as the log API's `since` wants it: seconds since 1970, a dot, nanoseconds. Null if it is none. */
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
