/** Size of the header of an unmasked frame with a payload of `length` bytes (RFC 6455, 5.2). */
export function headerSize(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}

/** Writes the header of a whole, unmasked text frame at `at`; returns the position after it. */
export function writeHeader(out: Buffer, at: number, length: number): number {
  out[at] = 0x81;
  if (length < 126) {
    out[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    out[at + 1] = 126;
    return out.writeUInt16BE(length, at + 2);
  }
  out[at + 1] = 127;
  return out.writeBigUInt64BE(BigInt(length), at + 2);
}

/**
 * A text message as the bytes that a WebSocket server puts on the wire: the same for every client, since servers don't
 * mask and we don't compress. So it is made once and written as it is to all who listen.
 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerSize(length) + length);
  frame.write(text, writeHeader(frame, 0, length));
  return frame;
}
