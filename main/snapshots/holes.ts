/** Shorter runs of zeros don't become holes. */
export const leastHole = 4096;
const zeros = Buffer.alloc(leastHole);

/** What of a block's content is to be written where its long runs of zeros become holes, and where in it that begins. */
export function* solidParts(content: Uint8Array): Generator<{ from: number; bytes: Uint8Array }> {
  let from = 0;
  for (let end = 0; end < content.length; end += leastHole) {
    const part = content.subarray(end, end + leastHole);
    if (part.length < leastHole || !zeros.equals(part)) continue;
    if (end > from) yield { from, bytes: content.subarray(from, end) };
    from = end + leastHole;
  }
  if (from < content.length) yield { from, bytes: content.subarray(from) };
}

/** Whether there is nothing but zeros in it. */
export function isZeros(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += leastHole) {
    const part = bytes.subarray(at, at + leastHole);
    if (zeros.compare(part, 0, part.length, 0, part.length) !== 0) return false;
  }
  return true;
}
