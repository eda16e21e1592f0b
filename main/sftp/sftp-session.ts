import type { ServerChannel } from 'ssh2';
import type { Jail, Room } from '../files/contract.ts';
import type { Log } from '../lib/log.ts';
import { changeVerbs } from './change-verbs.ts';
import { extensionVerb, versionPacket } from './extensions.ts';
import { fileVerbs } from './file-verbs.ts';
import { folderVerbs } from './folder-verbs.ts';
import { Handles } from './handles.ts';
import { refusalOf, statusCode, statusPacket } from './status.ts';
import type { Verb, VerbContext } from './verb.ts';
import { BrokenStream, Fields, PacketSplitter, requestType } from './wire.ts';

/** By the type of the request. What isn't here is answered as unsupported. */
const verbs: ReadonlyMap<number, Verb> = new Map<number, Verb>([
  ...fileVerbs,
  ...folderVerbs,
  ...changeVerbs,
  [requestType.extended, extensionVerb],
]);

/** Replies of a connection that the client hasn't taken yet, in bytes; above that no further one is sent. */
const maxUnsent = 256 * 1024;
/** While a renewal of keys holds replies back nothing tells its end, so it is looked for, in ms. */
const lookAgainMs = 100;

/** One server's files, as a session gets them. */
export interface SessionFiles {
  jail: Jail;
  room: Room;
  /** The login's user name. */
  by: string;
  /** Size of the volume in bytes, asked anew each time. */
  volumeBytes: () => number;
}

/** What a session knows of the connection that it is on. */
export interface Transport {
  /** Called with the bytes of every reply. */
  sent(bytes: number): void;
  /** Bytes that were sent and have not left the process. */
  backlog(): number;
}

export interface SftpSessionOptions extends SessionFiles {
  channel: ServerChannel;
  transport: Transport;
  /** Something was asked or answered. */
  onActivity: () => void;
  /** A change was made or refused; `result` is 'ok' or the reason. */
  record: (action: string, detail: string, result: string) => void;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
}

/**
 * One SFTP channel: requests are carried out one after the other, in the order in which they came, so that pipelined ones on a
 * file can't overtake each other. A client that doesn't take its replies is not read from (bounded memory).
 */
export class SftpSession {
  private readonly options: SftpSessionOptions;
  private readonly handles = new Handles();
  private readonly context: VerbContext;
  private started = false;
  private killed = false;
  /** Whoever waits; at most one does. */
  private resume: (() => void) | null = null;

  constructor(options: SftpSessionOptions) {
    this.options = options;
    const { jail, room, by, volumeBytes, now, record } = options;
    this.context = {
      jail,
      room,
      by,
      volumeBytes,
      now,
      handles: this.handles,
      async change(action, detail, work) {
        try {
          const result = await work();
          record(action, detail, 'ok');
          return result;
        } catch (error) {
          record(action, detail, refusalOf(error)?.message ?? 'internal error');
          throw error;
        }
      },
    };
  }

  /** Bytes of requests that were received and not looked at. */
  get waiting(): number {
    return this.options.channel.readableLength;
  }

  /** Serves until the client ends, or `kill`. Then everything that was open is closed. Never rejects. */
  async run(): Promise<void> {
    const { channel, log } = this.options;
    for (const event of ['readable', 'end', 'close']) channel.on(event, () => this.wake());
    let status = 0;
    try {
      await this.serve();
    } catch (error) {
      status = 1;
      if (error instanceof BrokenStream)
        log.debug({ problem: error.message }, 'an SFTP client sent nonsense');
      else log.error({ err: error }, 'an SFTP session failed in a way that nobody foresaw');
    }
    try {
      await this.handles.closeAll();
      if (this.killed) return;
      channel.exit(status);
      channel.end();
    } catch (error) {
      log.warn({ err: error }, 'an SFTP session could not be ended in order');
    }
  }

  /** Nothing more is carried out. The connection or the channel is closed by the caller. */
  kill(): void {
    this.killed = true;
    this.wake();
  }

  /** Looks again at what it waits for. */
  wake(): void {
    const resume = this.resume;
    this.resume = null;
    resume?.();
  }

  private async serve(): Promise<void> {
    const splitter = new PacketSplitter();
    for (let chunk = await this.nextChunk(); chunk; chunk = await this.nextChunk()) {
      for (const packet of splitter.push(chunk)) {
        if (this.killed) return;
        this.options.onActivity();
        await this.send(await this.answer(packet));
        this.options.onActivity();
      }
    }
  }

  /** Nothing comes between the last look and the writing, so that all channels together stay within the bound and one reply. */
  private async send(reply: Buffer): Promise<void> {
    const { channel, transport } = this.options;
    while (!this.killed && Math.max(channel.writableLength, transport.backlog()) > maxUnsent)
      await this.sleep(lookAgainMs);
    if (this.killed) return;
    transport.sent(reply.length);
    channel.write(reply, () => this.wake());
  }

  private async answer(packet: Buffer): Promise<Buffer> {
    const type = packet.readUInt8(0);
    if (!this.started || type === requestType.init) {
      if (this.started || type !== requestType.init) throw new BrokenStream('the first packet must be init');
      this.started = true;
      return versionPacket();
    }
    if (packet.length < 5) throw new BrokenStream('a request without an id');
    const fields = new Fields(packet);
    const id = fields.uint32();
    const verb = verbs.get(type);
    if (!verb) return statusPacket(id, statusCode.unsupported, `Requests of type ${type} are not supported`);
    try {
      return await verb(this.context, id, fields);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) return statusPacket(id, refusal.status, refusal.message);
      this.options.log.error({ err: error, type }, 'an SFTP request failed in a way that nobody foresaw');
      return statusPacket(id, statusCode.failure, 'internal error');
    }
  }

  /** All that has come, or null at the end. */
  private async nextChunk(): Promise<Buffer | null> {
    const { channel } = this.options;
    for (;;) {
      if (this.killed) return null;
      const chunk: unknown = channel.read();
      if (Buffer.isBuffer(chunk)) return chunk;
      if (channel.readableEnded || channel.destroyed) return null;
      await this.sleep();
    }
  }

  private sleep(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? null : setTimeout(() => this.wake(), ms);
      this.resume = () => {
        if (timer) clearTimeout(timer);
        resolve();
      };
    });
  }
}
