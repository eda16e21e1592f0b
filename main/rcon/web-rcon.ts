import { WebSocket } from 'ws';
import { z } from 'zod';
import { Answer } from './answer.ts';
import { type CommandChannel, LoginRefused, type OpenChannel, openMs } from './contract.ts';

/** Of one message, in bytes. */
const mostMessage = 1024 * 1024;

const messageSchema = z.object({ Identifier: z.number(), Message: z.string() });

/** Rust's remote console: JSON over a WebSocket, whose path is the password. What has no number of ours is the server's log. */
export const openWebRcon: OpenChannel = ({ host, port, password }, signal) =>
  new Promise((resolve, reject) => {
    const name = host.includes(':') ? `[${host}]` : host;
    const socket = new WebSocket(`ws://${name}:${port}/${encodeURIComponent(password)}`, {
      handshakeTimeout: openMs,
      maxPayload: mostMessage,
      perMessageDeflate: false,
      followRedirects: false,
    });
    const onAbort = (): void => socket.terminate();
    const settled = (): void => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort, { once: true });
    // Its own words can have the address in them, and so the password.
    socket.once('error', () => {
      settled();
      reject(new Error('it does not answer'));
    });
    socket.once('unexpected-response', () => {
      socket.terminate();
      reject(new LoginRefused());
    });
    socket.once('open', () => {
      settled();
      resolve(new WebRcon(socket));
    });
  });

class WebRcon implements CommandChannel {
  private readonly socket: WebSocket;
  private readonly end = new AbortController();
  private onAnswer: (id: number, text: string) => void = () => {};
  private onEnd: (error: Error) => void = () => {};
  private nextId = 1001;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.take(String(data)));
    socket.on('error', () => this.fail());
    socket.on('close', () => this.fail());
  }

  get ended(): AbortSignal {
    return this.end.signal;
  }

  async run(command: string): Promise<string> {
    const id = this.nextId;
    this.nextId = id < 1_000_000 ? id + 1 : 1001;
    const answer = new Answer();
    this.onEnd = (error) => answer.fail(error);
    this.onAnswer = (of, text) => {
      if (of === id) answer.add(Buffer.from(text), { isLast: true });
    };
    this.socket.send(JSON.stringify({ Identifier: id, Message: command, Name: 'Lightdeck' }));
    return answer.done;
  }

  close(): void {
    this.socket.terminate();
  }

  private take(text: string): void {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return;
    }
    const message = messageSchema.safeParse(json);
    if (message.success) this.onAnswer(message.data.Identifier, message.data.Message);
  }

  private fail(): void {
    this.socket.terminate();
    // A wrong password is let in and cut at once.
    this.onEnd(
      new Error('the connection was ended; if that stays so, the server does not take the password'),
    );
    this.end.abort();
  }
}
