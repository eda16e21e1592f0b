import { LightdeckError } from '../../shared/errors.ts';

/** The part of a body from `start` to `end`, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * A `Range` header for a body of `size` bytes (RFC 9110, 14.2). Null if the whole is meant: there is none, it can't be
 * understood, or it names several parts. 'outside' if nothing of it is there.
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange | 'outside' | null {
  const [, first, last] = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return null;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'outside' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return null;
  return start >= size ? 'outside' : { start, end };
}

/** Nothing of the asked part is there; the answer tells how long the body is. */
export class OutsideRange extends LightdeckError {
  readonly size: number;

  constructor(size: number) {
    super('bad_range', `The file has ${size} bytes: the asked part is not in it`);
    this.size = size;
  }
}
