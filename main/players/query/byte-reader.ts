import { BadAnswer } from './contract.ts';

/** Reads an answer from its beginning; throws BadAnswer where it ends too early. */
export class ByteReader {
  private readonly data: Buffer;
  private at = 0;

  constructor(data: Buffer) {
    this.data = data;
  }

  get left(): number {
    return this.data.length - this.at;
  }

  bytes(count: number): Buffer {
    if (count < 0 || count > this.left) throw new BadAnswer('its answer was cut off');
    this.at += count;
    return this.data.subarray(this.at - count, this.at);
  }

  uint8 = (): number => this.bytes(1).readUInt8();
  uint16 = (): number => this.bytes(2).readUInt16LE();
  int32 = (): number => this.bytes(4).readInt32LE();
  float = (): number => this.bytes(4).readFloatLE();

  /** Up to the zero byte that ends it. */
  text(): string {
    const end = this.data.indexOf(0, this.at);
    if (end < 0) throw new BadAnswer('its answer was cut off');
    const text = this.bytes(end - this.at).toString('utf8');
    this.at += 1;
    return text;
  }

  rest(): Buffer {
    return this.bytes(this.left);
  }
}
