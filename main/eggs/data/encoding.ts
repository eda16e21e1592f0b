/** How a file's bytes stand for its text. */
export type Encoding = 'utf8' | 'utf16le' | 'utf16be' | 'latin1';

/**
 * A file's text: UTF-16 by its byte order mark (games on .NET write so), UTF-8 where it is, else each byte a character, so that
 * what is not touched comes out as it was. The mark stays in the text.
 */
export function decodeText(bytes: Buffer): { text: string; encoding: Encoding } {
  const isPaired = bytes.length % 2 === 0;
  if (isPaired && bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: bytes.toString('utf16le'), encoding: 'utf16le' };
  if (isPaired && bytes[0] === 0xfe && bytes[1] === 0xff)
    return { text: Buffer.from(bytes).swap16().toString('utf16le'), encoding: 'utf16be' };
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes)
    ? { text, encoding: 'utf8' }
    : { text: bytes.toString('latin1'), encoding: 'latin1' };
}

/** Back to bytes. What latin1 can't say makes the whole file UTF-8. */
export function encodeText(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'utf16be':
      return Buffer.from(text, 'utf16le').swap16();
    case 'latin1':
      return Buffer.from(text, /^[\0-\u00ff]*$/.test(text) ? 'latin1' : 'utf8');
    default:
      return Buffer.from(text, encoding);
  }
}
