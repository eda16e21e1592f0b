import type { Socket } from 'node:net';
import { Answer } from './answer.ts';
import { type CommandChannel, LoginRefused, type OpenChannel, openMs } from './contract.ts';
import { connectTcp } from './tcp.ts';

/** How a login ends, where the connection doesn't end before. */
export interface Login {
  accepted: () => void;
  refused: () => void;
}

/** A console over TCP: what is the same whatever is spoken on it. It closes its socket when anything on it fails. */
export abstract class TcpChannel implements CommandChannel {
  private readonly socket: Socket;
  private readonly end = new AbortController();
  private onEnd: (error: Error) => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (data: Buffer) => this.take(data));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the connection was ended')));
  }

  get ended(): AbortSignal {
    return this.end.signal;
  }

  /** Rejects in words, without the password, also when it is told nothing for `openMs`. */
  async logIn(password: string, signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(openMs)]);
    await new Promise<void>((resolve, reject) => {
      this.onEnd = reject;
      limit.addEventListener('abort', () => reject(new Error('it does not answer')), { once: true });
      this.beginLogin(password, { accepted: resolve, refused: () => reject(new LoginRefused()) });
    });
  }

  abstract run(command: string): Promise<string>;

  close(): void {
    this.socket.destroy();
  }

  protected abstract beginLogin(password: string, login: Login): void;
  /** What came, in whatever pieces. */
  protected abstract take(data: Buffer): void;

  protected write(data: Buffer | string): void {
    this.socket.write(data);
  }

  /** For the next command; it fails when the connection ends. */
  protected answer(): Answer {
    const answer = new Answer();
    this.onEnd = (error) => answer.fail(error);
    return answer;
  }

  protected fail(error: Error): void {
    this.socket.destroy();
    this.onEnd(error);
    this.end.abort();
  }
}

/** Connects, logs in, and closes what wasn't let in. */
export const opensWith =
  (Channel: new (socket: Socket) => TcpChannel): OpenChannel =>
  async (target, signal) => {
    const channel = new Channel(await connectTcp(target, signal));
    try {
      await channel.logIn(target.password, signal);
      return channel;
    } catch (error) {
      channel.close();
      throw error;
    }
  };
