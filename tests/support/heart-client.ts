import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import type { ClientEvent } from '../../shared/protocol/client-events.ts';
import {
  type HostEvent,
  hostEventSchema,
  type ServerEvent,
  serverEventSchema,
} from '../../shared/protocol/server-events.ts';

/** What takes an upgrade: the host's sockets. */
export interface UpgradeTaker {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface HeartClientOptions {
  sockets: UpgradeTaker;
  /** `/ws/ID?token=…`, or `/ws?token=…`. */
  url: string;
}

/** A client on a server's socket, or the host's, over a pair of streams in memory: the protocol without a network. */
export class HeartClient {
  /** All that came, in order. */
  readonly events: ServerEvent[] = [];
  /** The same of one on the host's socket. */
  readonly hostEvents: HostEvent[] = [];
  /** The HTTP answer to the upgrade: 101, or why not. */
  status = 0;
  /** Code and reason of the host's close, null before. */
  closed: { code: number; reason: string } | null = null;
  private readonly stream: Duplex;
  private readonly isOfHost: boolean;
  private received: Buffer = Buffer.alloc(0);

  constructor({ sockets, url }: HeartClientOptions) {
    const [ours, theirs] = duplexPair();
    this.stream = ours;
    this.isOfHost = url.startsWith('/ws?');
    ours.on('data', (chunk: Buffer) => this.take(chunk));
    ours.on('error', () => {});
    sockets.handleUpgrade(upgradeRequest(url), theirs, Buffer.alloc(0));
  }

  /** Console text by offsets, as a client puts it together; what is missing is in `gaps`. */
  get text(): string {
    return this.events.map((one) => (one.event === 'console' ? one.data : '')).join('');
  }

  /** Offset behind the last console text. */
  get end(): number | null {
    const last = this.events.findLast((one) => one.event === 'console');
    return last?.event === 'console' ? last.offset + Buffer.byteLength(last.data) : null;
  }

  get states(): string[] {
    return this.events.flatMap((one) => (one.event === 'event' ? [one.data] : []));
  }

  get messages(): string[] {
    return this.events.flatMap((one) => (one.event === 'daemon_message' ? [one.data] : []));
  }

  get gaps(): { from: number; to: number }[] {
    return this.events.flatMap((one) => (one.event === 'gap' ? [{ from: one.from, to: one.to }] : []));
  }

  send(event: ClientEvent): void {
    this.stream.write(maskedFrame(JSON.stringify(event)));
  }

  /** Reads no more, as a client that hangs. */
  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  close(): void {
    this.stream.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    if (this.status === 0) this.takeAnswer();
    if (this.status === 101)
      for (let frame = this.frame(); frame !== null; frame = this.frame()) this.takeFrame(frame);
  }

  private takeAnswer(): void {
    const end = this.received.indexOf('\r\n\r\n');
    if (end < 0) return;
    this.status = Number(this.received.toString('latin1', 9, 12));
    this.received = this.received.subarray(end + 4);
  }

  /** The next whole frame: unmasked, not in parts, as a host sends them. */
  private frame(): { kind: number; payload: Buffer } | null {
    const bytes = this.received;
    if (bytes.length < 2) return null;
    const short = bytes.readUInt8(1);
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < header) return null;
    const length =
      header === 2 ? short : header === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if (bytes.length < header + length) return null;
    this.received = bytes.subarray(header + length);
    return { kind: bytes.readUInt8(0) & 0x0f, payload: bytes.subarray(header, header + length) };
  }

  private takeFrame({ kind, payload }: { kind: number; payload: Buffer }): void {
    if (kind === 1) {
      const message: unknown = JSON.parse(payload.toString());
      if (this.isOfHost) this.hostEvents.push(hostEventSchema.parse(message));
      else this.events.push(serverEventSchema.parse(message));
    }
    if (kind === 8) this.closed = { code: payload.readUInt16BE(0), reason: payload.toString('utf8', 2) };
  }
}

function upgradeRequest(url: string): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = 'GET';
  request.url = url;
  request.headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
  };
  return request;
}

function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff];
  const [first = 0, ...rest] = length;
  // A mask of zeros leaves the bytes as they are.
  return Buffer.concat([Buffer.from([0x81, 0x80 | first, ...rest, 0, 0, 0, 0]), payload]);
}
