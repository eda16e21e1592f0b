/** Bytes of the text in UTF-8, as the protocol's offsets count (X1). Without making them: a console brings megabytes. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7ff) {
      // A pair of surrogates is four bytes for two units.
      if (unit >= 0xd800 && unit <= 0xdbff) at += 1;
      bytes += 2;
    } else if (unit > 0x7f) bytes += 1;
  }
  return bytes;
}
