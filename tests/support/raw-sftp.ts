import { Client, type ClientChannel, type SFTPWrapper } from 'ssh2';
import { string, u32 } from '../../main/sftp/wire.ts';
import type { OnEnd } from './cleanup.ts';
import type { Login } from './openssh.ts';

/** A logged-in client of ssh2. Rejects as the client's error event says. */
export async function connectSsh(login: Login, onEnd: OnEnd): Promise<Client> {
  const client = new Client();
  onEnd(() => void client.end());
  await new Promise<void>((resolve, reject) => {
    client.on('ready', resolve);
    client.on('error', reject);
    client.on('close', () => reject(new Error('closed')));
    client.connect({ host: '127.0.0.1', readyTimeout: 60_000, ...login });
  });
  client.on('error', () => {});
  // ssh2 writes a packet in pieces. With Nagle's algorithm each request would wait 40 ms for the other side to acknowledge the first.
  client.setNoDelay();
  return client;
}

export function sftpOf(client: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) =>
    client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp))),
  );
}

export interface RawReply {
  type: number;
  id: number;
  /** After the id. */
  fields: Buffer;
  /** Of a status. */
  status: number | null;
  words: string;
}

/** Speaks SFTP packet by packet, so that nothing keeps it from speaking it wrongly. */
export class RawSftp {
  readonly channel: ClientChannel;
  private received: Buffer = Buffer.alloc(0);
  private lastId = 0;
  private wake: () => void = () => {};

  private constructor(channel: ClientChannel) {
    this.channel = channel;
    channel.on('error', () => {});
    for (const event of ['readable', 'end', 'close']) channel.on(event, () => this.wake());
  }

  static async open(client: Client, { init = true } = {}): Promise<RawSftp> {
    const channel = await new Promise<ClientChannel>((resolve, reject) =>
      client.subsys('sftp', (error, stream) => (error ? reject(error) : resolve(stream))),
    );
    const raw = new RawSftp(channel);
    if (init) {
      raw.write(1, u32(3));
      await raw.packet();
    }
    return raw;
  }

  /** Sends a packet of any kind. */
  write(type: number, ...fields: Buffer[]): void {
    const body = Buffer.concat([Buffer.from([type]), ...fields]);
    this.channel.write(Buffer.concat([u32(body.length), body]));
  }

  /** Sends a request without waiting; its id. */
  send(type: number, ...fields: Buffer[]): number {
    this.lastId += 1;
    this.write(type, u32(this.lastId), ...fields);
    return this.lastId;
  }

  /** Sends a request and gives the next reply. */
  async ask(type: number, ...fields: Buffer[]): Promise<RawReply> {
    this.send(type, ...fields);
    return this.reply();
  }

  async reply(): Promise<RawReply> {
    const packet = await this.packet();
    const type = packet.readUInt8(0);
    const fields = packet.subarray(5);
    const status = type === 101 ? fields.readUInt32BE(0) : null;
    const words = type === 101 ? fields.subarray(8, 8 + fields.readUInt32BE(4)).toString() : '';
    return { type, id: packet.readUInt32BE(1), fields, status, words };
  }

  /** The handle of an `open` or `opendir`, as a field. Throws if it was refused. */
  async handle(type: number, ...fields: Buffer[]): Promise<Buffer> {
    const reply = await this.ask(type, ...fields);
    if (reply.type !== 102) throw new Error(`refused: ${reply.status} ${reply.words}`);
    return reply.fields;
  }

  /** Type and fields of the next packet. Rejects if the channel ends before. */
  async packet(): Promise<Buffer> {
    for (;;) {
      const length = this.received.length >= 4 ? this.received.readUInt32BE(0) : null;
      if (length !== null && this.received.length >= 4 + length) {
        const packet = this.received.subarray(4, 4 + length);
        this.received = this.received.subarray(4 + length);
        return packet;
      }
      const chunk: unknown = this.channel.read();
      if (Buffer.isBuffer(chunk)) this.received = Buffer.concat([this.received, chunk]);
      else if (this.channel.readableEnded || this.channel.destroyed) throw new Error('the channel ended');
      else
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }
}

/** Fields of an `open` request; `flags` as in the protocol. */
export const openFields = (path: string, flags: number): Buffer[] => [string(path), u32(flags), u32(0)];
