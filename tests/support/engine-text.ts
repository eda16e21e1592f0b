import { isUtf8 } from 'node:buffer';

/** Bytes as engines write them into their log, which is JSON: one U+FFFD for each byte that is not part of a whole character. */
export function engineText(bytes: Buffer): Buffer {
  if (isUtf8(bytes)) return bytes;
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const whole = [1, 2, 3, 4].map((length) => bytes.subarray(at, at + length)).find((part) => isUtf8(part));
    parts.push(whole ?? Buffer.from('\ufffd'));
    at += whole?.length ?? 1;
  }
  return Buffer.concat(parts);
}
