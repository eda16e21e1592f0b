/** Where the last whole character of `text` ends: its length, unless the end cuts a character in two. */
export function wholeLength(text: Buffer): number {
  for (let at = text.length - 1; at >= Math.max(0, text.length - 4); at -= 1) {
    const byte = text[at] ?? 0;
    if (byte < 0x80) return text.length;
    if (byte < 0xc0) continue;
    const needed = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return text.length - at < needed ? at : text.length;
  }
  return text.length;
}

/** How many bytes at the beginning of `text` are the rest of a character that began before it, 0–3. */
export function leadingRest(text: Buffer): number {
  let at = 0;
  while (at < 3 && ((text[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return at;
}
