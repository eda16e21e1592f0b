import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

export interface SocketTarget {
  /** `http://host:port` of the host. */
  url: string;
  token: string;
  /** With query, without token: `/ws/ID?duplicate=false`. */
  path: string;
}

/**
 * A WebSocket client that does next to nothing with what it gets, so that hundreds of them cost less than the host that
 * is measured: `onFrame` gets each text frame's payload as it lay in the stream. Pings are answered.
 */
export class SocketReader {
  private readonly socket: Socket;
  private readonly onFrame: (payload: Buffer) => void;
  private rest: Buffer[] = [];
  private restBytes = 0;
  /** No frame can be complete before so many bytes are there. */
  private needed = 2;
  private ended = false;

  private constructor(socket: Socket, onFrame: (payload: Buffer) => void) {
    this.socket = socket;
    this.onFrame = onFrame;
  }

  /** Whether the host, or the network, has ended it. */
  get isClosed(): boolean {
    return this.ended;
  }

  /** Rejects with the host's words if it refuses. */
  static open({ url, token, path }: SocketTarget, onFrame: (payload: Buffer) => void): Promise<SocketReader> {
    const { hostname, port } = new URL(url);
    const address = `${path}${path.includes('?') ? '&' : '?'}token=${encodeURIComponent(token)}`;
    const head = [
      `GET ${address} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ];
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      let answer = Buffer.alloc(0);
      const onData = (chunk: Buffer): void => {
        answer = Buffer.concat([answer, chunk]);
        const end = answer.indexOf('\r\n\r\n');
        if (end < 0) return;
        socket.off('data', onData);
        if (!answer.toString('latin1').startsWith('HTTP/1.1 101')) {
          socket.destroy();
          reject(new Error(`${path} was refused: ${answer.toString('utf8')}`));
          return;
        }
        const reader = new SocketReader(socket, onFrame);
        socket.on('data', (data: Buffer) => reader.take(data));
        socket.on('close', () => {
          reader.ended = true;
        });
        if (answer.length > end + 4) reader.take(answer.subarray(end + 4));
        resolve(reader);
      };
      socket.on('data', onData);
      socket.once('error', reject);
      socket.once('close', () => reject(new Error(`${path}: the connection ended before the answer`)));
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
    });
  }

  send(event: object): void {
    this.write(opcodes.text, Buffer.from(JSON.stringify(event)));
  }

  /** Reads nothing from now on. */
  pause(): void {
    this.socket.pause();
  }

  close(): void {
    this.ended = true;
    this.socket.destroy();
  }

  /** A client's frame must be masked; a mask of zeros leaves the bytes as they are. */
  private write(opcode: number, payload: Buffer): void {
    const { length } = payload;
    if (length > 65_535) throw new Error('too long a frame for this client');
    const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
    this.socket.write(Buffer.concat([Buffer.from([0x80 | opcode, ...size, 0, 0, 0, 0]), payload]));
  }

  private take(chunk: Buffer): void {
    this.rest.push(chunk);
    this.restBytes += chunk.length;
    if (this.restBytes < this.needed) return;
    const bytes = this.rest.length === 1 ? chunk : Buffer.concat(this.rest);
    const used = this.frames(bytes);
    this.rest = used === bytes.length ? [] : [bytes.subarray(used)];
    this.restBytes = bytes.length - used;
  }

  /** Hands out the whole frames in `bytes`; how far they reach. */
  private frames(bytes: Buffer): number {
    let at = 0;
    for (;;) {
      const left = bytes.length - at;
      const short = (bytes[at + 1] ?? 0) & 127;
      const header = short < 126 ? 2 : short === 126 ? 4 : 10;
      this.needed = header;
      if (left < header) return at;
      const length =
        short < 126
          ? short
          : short === 126
            ? bytes.readUInt16BE(at + 2)
            : Number(bytes.readBigUInt64BE(at + 2));
      this.needed = header + length;
      if (left < this.needed) return at;
      const payload = bytes.subarray(at + header, at + this.needed);
      this.frame((bytes[at] ?? 0) & 15, payload);
      at += this.needed;
    }
  }

  private frame(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.text) this.onFrame(payload);
    else if (opcode === opcodes.ping) this.write(opcodes.pong, payload);
    else if (opcode === opcodes.close) this.ended = true;
  }
}
