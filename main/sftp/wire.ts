/**
 * The packets of SFTP version 3 (draft-ietf-secsh-filexfer-02): a length of 4 bytes, a type, then fields. ssh2 has a reader of
 * its own, but it takes requests without a bound and can't announce extensions (docs/decisions).
 */

export const requestType = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  extended: 200,
} as const;

export const replyType = {
  version: 2,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 201,
} as const;

export const openFlag = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 } as const;

/** Longest packet that is taken, in bytes without its length; what OpenSSH allows too. */
export const maxPacket = 256 * 1024;
/** Most bytes that one read gives or one write takes, so that packet and fields fit. */
export const maxData = 255 * 1024;
/** Bytes before the data of a `data` reply. */
export const dataHead = 13;

/** What came is no SFTP at all: the channel is closed. */
export class BrokenStream extends Error {}
/** A packet whose fields are wrong; the stream goes on. */
export class BadPacket extends Error {}

/** Cuts a stream into packets (type and fields, without the length). Holds at most one packet and one chunk. */
export class PacketSplitter {
  private parts: Buffer[] = [];
  private held = 0;

  /** Throws BrokenStream for an impossible length. The packets are views into the chunks. */
  *push(chunk: Buffer): Generator<Buffer> {
    this.parts.push(chunk);
    this.held += chunk.length;
    // Many tiny chunks cost more than the bytes in them.
    if (this.parts.length > 64) this.gather();
    while (this.held >= 4) {
      const head = (this.parts[0]?.length ?? 0) >= 4 ? this.parts[0] : this.gather();
      const length = head?.readUInt32BE(0) ?? 0;
      if (length === 0 || length > maxPacket)
        throw new BrokenStream(`a packet of ${length} bytes is not possible`);
      if (this.held < 4 + length) return;
      const all = this.gather();
      const rest = all.subarray(4 + length);
      this.parts = rest.length > 0 ? [rest] : [];
      this.held = rest.length;
      yield all.subarray(4, 4 + length);
    }
  }

  private gather(): Buffer {
    const [only] = this.parts;
    const all = this.parts.length === 1 && only ? only : Buffer.concat(this.parts);
    this.parts = [all];
    return all;
  }
}

/** What a client wants to set, or proposes for something new. `size` in bytes, times in Unix seconds. */
export interface WireAttrs {
  size?: number;
  owner?: { uid: number; gid: number };
  mode?: number;
  times?: { accessed: number; modified: number };
}

const attrFlag = { size: 1, owner: 2, mode: 4, times: 8, extended: 0x8000_0000 } as const;

/** Reads the fields of a packet in order. Throws BadPacket where one is missing or wrong. */
export class Fields {
  private readonly packet: Buffer;
  private at = 1;

  constructor(packet: Buffer) {
    this.packet = packet;
  }

  uint32(): number {
    return this.take(4).readUInt32BE(0);
  }

  /** Beyond what a number holds exactly: the largest that it does, which is larger than any file. */
  uint64(): number {
    const value = this.take(8).readBigUInt64BE(0);
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
  }

  bytes(): Buffer {
    return this.take(this.uint32());
  }

  text(): string {
    return this.bytes().toString();
  }

  attrs(): WireAttrs {
    const flags = this.uint32();
    const attrs: WireAttrs = {};
    if (flags & attrFlag.size) attrs.size = this.uint64();
    if (flags & attrFlag.owner) attrs.owner = { uid: this.uint32(), gid: this.uint32() };
    if (flags & attrFlag.mode) attrs.mode = this.uint32();
    if (flags & attrFlag.times) attrs.times = { accessed: this.uint32(), modified: this.uint32() };
    // Extended attributes come last and nobody here knows one.
    return attrs;
  }

  private take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.packet.length) throw new BadPacket('The packet is too short for its fields');
    const bytes = this.packet.subarray(this.at, end);
    this.at = end;
    return bytes;
  }
}

export function u32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value >>> 0, 0);
  return bytes;
}

export function u64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(BigInt(Math.max(0, Math.trunc(value))), 0);
  return bytes;
}

export function string(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([u32(bytes.length), bytes]);
}

/** A whole packet: length, type, the request's id where there is one, and the fields. */
export function packet(type: number, ...fields: Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from([type]), ...fields]);
  return Buffer.concat([u32(body.length), body]);
}

/** `size` in bytes, `mode` with the bits of the kind, times in Unix seconds. */
export function attrsField(attrs: {
  size: number;
  uid: number;
  gid: number;
  mode: number;
  accessed: number;
  modified: number;
}): Buffer {
  const flags = attrFlag.size | attrFlag.owner | attrFlag.mode | attrFlag.times;
  const numbers = [attrs.uid, attrs.gid, attrs.mode, attrs.accessed, attrs.modified];
  return Buffer.concat([u32(flags), u64(attrs.size), ...numbers.map(u32)]);
}

/** Makes a `data` reply of a buffer that holds `length` bytes after `dataHead` free ones: nothing is copied. */
export function dataPacket(buffer: Buffer, id: number, length: number): Buffer {
  buffer.writeUInt32BE(dataHead - 4 + length, 0);
  buffer.writeUInt8(replyType.data, 4);
  buffer.writeUInt32BE(id, 5);
  buffer.writeUInt32BE(length, 9);
  return buffer.subarray(0, dataHead + length);
}
