/** Largest file that is edited here, in bytes. */
export const maxEdited = 4 * 1024 * 1024;

/** A text file taken apart: what must stay as it was when only a line is changed. */
export interface TextFile {
  text: string;
  hasBom: boolean;
  /** `\r\n` if all of its lines end so; then they end with `\n` in `text`. Else nothing was changed, whatever is in it. */
  ending: '\n' | '\r\n';
}

const bom = '\ufeff';

/** Null if it is no text: NUL bytes, or not UTF-8. `writeText` gives back exactly what was read. */
export function readText(bytes: Uint8Array): TextFile | null {
  if (bytes.includes(0)) return null;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
  const hasBom = text.startsWith(bom);
  if (hasBom) text = text.slice(1);
  const isOther = /(^|[^\r])\n|\r(?!\n)/.test(text);
  if (isOther || !text.includes('\r\n')) return { text, hasBom, ending: '\n' };
  return { text: text.replaceAll('\r\n', '\n'), hasBom, ending: '\r\n' };
}

/** Back to what is written. */
export function writeText({ text, hasBom, ending }: TextFile): string {
  return (hasBom ? bom : '') + (ending === '\n' ? text : text.replaceAll('\n', '\r\n'));
}
