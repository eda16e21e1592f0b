import { Duplex } from 'node:stream';
import type { StreamName } from '../../main/docker/contract.ts';

export interface FakeAttachmentOptions {
  tty: boolean;
  /** Takes input; `taken` is called when there is room for more. */
  onInput: (data: Buffer, taken: () => void) => void;
  onClose: (attachment: FakeAttachment) => void;
  /** Cuts what is sent, as networks do. Default: as it is written. */
  cut?: ((bytes: Buffer) => Buffer[]) | undefined;
}

/** The stream of one attachment: the program's bytes as they are with a TTY, in frames of an 8-byte header without. */
export class FakeAttachment extends Duplex {
  private readonly options: FakeAttachmentOptions;

  constructor(options: FakeAttachmentOptions) {
    super({ allowHalfOpen: false });
    this.options = options;
    this.once('close', () => options.onClose(this));
  }

  output(stream: StreamName, data: Buffer): void {
    this.send(
      this.options.tty ? data : Buffer.concat([header(stream === 'stderr' ? 2 : 1, data.length), data]),
    );
  }

  /** Bytes as they are, whatever they mean to the reader. */
  send(bytes: Buffer): void {
    if (this.destroyed || this.readableEnded) return;
    for (const part of this.options.cut?.(bytes) ?? [bytes]) if (part.length > 0) this.push(part);
  }

  /** The engine's complaint in the middle of the stream. */
  complain(words: string): void {
    this.send(Buffer.concat([header(3, Buffer.byteLength(words)), Buffer.from(words)]));
  }

  /** In order: the container has ended. */
  finish(): void {
    if (!this.destroyed) this.push(null);
  }

  /** Not in order: the connection is gone. */
  break(): void {
    this.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  }

  override _read(): void {}

  override _write(data: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.options.onInput(data, () => callback());
  }
}

function header(kind: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(kind, 0);
  bytes.writeUInt32BE(length, 4);
  return bytes;
}
