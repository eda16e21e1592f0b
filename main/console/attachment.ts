import type { Duplex } from 'node:stream';
import { errorText } from '../../shared/error-text.ts';
import type { StreamName } from '../docker/contract.ts';
import { Demux } from '../docker/demux.ts';
import type { ConsoleFeedOptions } from './feed-options.ts';
import { StdinQueue } from './stdin-queue.ts';
import { ConsoleDecoder } from './text-decoder.ts';

/** Our clock may be ahead of the engine's by this much (a virtual machine's). */
const clockSlackMs = 1000;

export interface AttachmentOptions
  extends Pick<ConsoleFeedOptions, 'engine' | 'containerId' | 'tty' | 'input' | 'output'> {
  names: readonly StreamName[];
  /** It is open: nothing that it brings was logged before `at` (RFC 3339). */
  onOpen: (at: string) => void;
  /** Text of one stream, good until the end of this turn. What it throws is the end of the attachment. */
  onText: (name: StreamName, text: Buffer) => void;
  /** It ended by itself. Null: in order, as it does when the container ends. */
  onEnd: (problem: string | null) => void;
}

/** The attachment to a container, one at a time: its bytes as text of each stream, and the way to its standard input, which outlives it. */
export class Attachment {
  private readonly options: AttachmentOptions;
  private readonly decoders = new Map<StreamName, ConsoleDecoder>();
  private readonly stdin = new StdinQueue();
  private demux = new Demux();
  private stream: Duplex | null = null;
  private opening = new AbortController();

  constructor(options: AttachmentOptions) {
    this.options = options;
  }

  get isOpen(): boolean {
    return this.stream !== null;
  }

  /** In place of the one before. Rejects if the engine refuses; `isClosed` is asked when it has answered. */
  async open(isClosed: () => boolean): Promise<void> {
    this.close();
    const opening = new AbortController();
    this.opening = opening;
    const { engine, containerId, tty, input = true, names, onOpen } = this.options;
    const at = new Date(Date.now() - clockSlackMs).toISOString();
    const { stream } = await engine().attach(containerId, { tty, stdin: input }, opening.signal);
    stream.on('error', (error) => this.ended(stream, error.message));
    if (isClosed() || opening.signal.aborted) {
      stream.destroy();
      return;
    }
    this.stream = stream;
    this.demux = new Demux();
    for (const name of names) this.decoders.set(name, new ConsoleDecoder());
    onOpen(at);
    stream.on('data', (chunk: Buffer) => this.take(stream, chunk));
    stream.once('close', () => this.ended(stream, null));
    stream.once('end', () => this.ended(stream, null));
    this.stdin.connect(stream);
  }

  /** The container goes on, and so does what waits for its input. Its end is not told. */
  close(): void {
    const { stream } = this;
    this.stream = null;
    this.stdin.disconnect();
    this.opening.abort();
    stream?.removeAllListeners('data');
    stream?.destroy();
  }

  /** As StdinQueue. */
  write(data: Buffer): void {
    this.stdin.write(data);
  }

  /** What is left of a stream that ended inside a character. */
  flush(name: StreamName): Buffer | undefined {
    return this.decoders.get(name)?.end();
  }

  /** Whatever goes wrong with these bytes is the end of this attachment, and of nothing else. */
  private take(stream: Duplex, chunk: Buffer): void {
    const { output, tty } = this.options;
    output.beginRead();
    try {
      if (tty) this.takePart('stdout', chunk);
      else this.demux.push(chunk, this.takePart);
    } catch (error) {
      this.ended(stream, errorText(error));
    } finally {
      output.endRead();
    }
  }

  private readonly takePart = (name: StreamName, data: Buffer): void => {
    const text = this.decoders.get(name)?.push(data);
    if (text && text.length > 0) this.options.onText(name, text);
  };

  private ended(stream: Duplex, problem: string | null): void {
    if (this.stream !== stream) return;
    const isCut = !this.options.tty && !this.demux.atBorder;
    this.close();
    this.options.onEnd(problem ?? (isCut ? 'the stream ended in the middle of a frame' : null));
  }
}
