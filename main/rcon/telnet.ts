import type { Socket } from 'node:net';
import { Answer } from './answer.ts';
import { type CommandChannel, LoginRefused, type OpenChannel, openMs } from './contract.ts';
import { connectTcp } from './tcp.ts';

/** So much is looked at of what comes before the login is done, in characters. */
const mostGreeting = 16 * 1024;

/** The console over TCP of 7 Days to Die: lines, after a password. Its log comes along; what comes after a command until it is silent is the answer. */
export const openTelnet: OpenChannel = async (target, signal) => {
  const channel = new Telnet(await connectTcp(target, signal));
  try {
    await channel.logIn(target.password, signal);
    return channel;
  } catch (error) {
    channel.close();
    throw error;
  }
};

class Telnet implements CommandChannel {
  private readonly socket: Socket;
  private readonly end = new AbortController();
  private onData: (data: Buffer) => void = () => {};
  private onEnd: (error: Error) => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (data: Buffer) => this.onData(data));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the connection was ended')));
  }

  get ended(): AbortSignal {
    return this.end.signal;
  }

  async logIn(password: string, signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(openMs)]);
    let greeting = '';
    let isSent = false;
    await new Promise<void>((resolve, reject) => {
      this.onEnd = reject;
      limit.addEventListener('abort', () => reject(new Error('it does not answer')), { once: true });
      this.onData = (data) => {
        greeting = (greeting + data.toString('latin1')).slice(-mostGreeting);
        if (!isSent && /enter password/i.test(greeting)) {
          isSent = true;
          greeting = '';
          this.socket.write(`${password}\r\n`);
        } else if (/logon successful/i.test(greeting)) resolve();
        else if (isSent && /password incorrect|enter password|too many/i.test(greeting))
          reject(new LoginRefused());
        // Without a password of its own it lets in whoever comes from the machine itself.
        else if (!isSent && /press 'help'/i.test(greeting)) resolve();
      };
    });
  }

  async run(command: string): Promise<string> {
    const answer = new Answer();
    this.onEnd = (error) => answer.fail(error);
    this.onData = (data) => answer.add(data);
    this.socket.write(`${command}\r\n`);
    return (await answer.done).replace(/\r\n?/g, '\n');
  }

  close(): void {
    this.socket.destroy();
  }

  private fail(error: Error): void {
    this.socket.destroy();
    this.onEnd(error);
    this.end.abort();
  }
}
