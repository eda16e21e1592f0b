import { createSocket, type Socket } from 'node:dgram';

/** Messages about the connection, of the system and of the game, by their numbers in Teeworlds 0.7. */
const controls = { keepAlive: 0, connect: 1, accept: 2, close: 4, token: 5 };
const system = { info: 1, ready: 18, enterGame: 19 };
const game = { startInfo: 27 };
const protocol = '0.7 802f1be60a05665f';
/** So many messages of the server are taken for heard at most. */
const mostHeard = 256;

const text = (value: string): Buffer => Buffer.from(`${value}\0`);
const small = (value: number): Buffer => Buffer.of(value);

/**
 * A player of Teeworlds 0.7, by the game's own protocol: comes in under a name, stands around, goes. It looks at nothing of the game, so it
 * needn't read what the server sends; it says of all of it that it was heard.
 */
export class TeeworldsPlayer {
  private readonly socket: Socket = createSocket('udp4');
  private readonly own = Buffer.from([1, 2, 3, 4]);
  private theirs: Buffer = Buffer.alloc(4, 0xff);
  private isIn = false;
  private isGone = false;
  private readonly alive: NodeJS.Timeout;
  private readonly name: string;

  constructor(port: number, name: string) {
    this.name = name;
    this.socket.on('message', (packet) => this.take(packet));
    this.socket.on('error', () => {});
    this.socket.connect(port, '127.0.0.1', () => this.control(controls.token, this.own));
    this.alive = setInterval(() => this.stay(), 500);
  }

  /** Says that it goes. */
  close(): void {
    if (this.isGone) return;
    this.isGone = true;
    clearInterval(this.alive);
    this.everHeard(controls.close);
    setTimeout(() => this.socket.close(), 50).unref();
  }

  private take(packet: Buffer): void {
    if ((packet[0] ?? 0) >> 2 !== 1 || this.isIn) return;
    if (packet[7] === controls.token) {
      this.theirs = Buffer.from(packet.subarray(8, 12));
      this.control(controls.connect, this.own);
    } else if (packet[7] === controls.accept) {
      this.isIn = true;
      this.comeIn();
    }
  }

  private comeIn(): void {
    const look = ['standard', '', '', 'standard', 'standard', 'standard'].map(text);
    const colours = Buffer.alloc(12);
    const messages = [
      [small((system.info << 1) | 1), text(protocol), text(''), small(1)],
      [small((system.ready << 1) | 1)],
      [small(game.startInfo << 1), text(this.name), text(''), small(0), ...look, colours],
      [small((system.enterGame << 1) | 1)],
    ].map((parts) => Buffer.concat(parts));
    // Each must arrive, and has a number: 1, 2, 3 …
    const chunks = messages.flatMap((data, at) => [
      Buffer.of(0x40 | (data.length >> 6), data.length & 0x3f, at + 1),
      data,
    ]);
    this.packet(0, messages.length, Buffer.concat(chunks), 0);
  }

  private stay(): void {
    if (this.isIn) this.everHeard(controls.keepAlive);
    else this.control(controls.token, this.own);
  }

  /** What it says to have heard but was never said is laid aside by the server. */
  private everHeard(kind: number): void {
    for (let heard = 0; heard < mostHeard; heard += 1) this.control(kind, null, heard);
  }

  private control(kind: number, token: Buffer | null = null, heard = 0): void {
    const more = token ? [token, Buffer.alloc(508)] : [];
    this.packet(1, 0, Buffer.concat([small(kind), ...more]), heard);
  }

  private packet(flags: number, chunks: number, data: Buffer, heard: number): void {
    const header = Buffer.of((flags << 2) | (heard >> 8), heard & 0xff, chunks);
    this.socket.send(Buffer.concat([header, this.theirs, data]), () => {});
  }
}
