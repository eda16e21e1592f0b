import { answerMs, cutOff, mostAnswer, silenceMs } from './contract.ts';

/** Gathers the answer to one command, until its end is told, it is silent for a while, or nothing comes at all. */
export class Answer {
  readonly done: Promise<string>;
  private resolve: (text: string) => void = () => {};
  private reject: (error: Error) => void = () => {};
  private readonly parts: Buffer[] = [];
  private bytes = 0;
  private timer: NodeJS.Timeout;

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.timer = setTimeout(() => this.end(), answerMs);
  }

  /** `isLast`: nothing follows. */
  add(part: Buffer, { isLast = false } = {}): void {
    const room = mostAnswer - this.bytes;
    if (room > 0) this.parts.push(Buffer.from(part.subarray(0, room)));
    this.bytes += part.length;
    clearTimeout(this.timer);
    if (isLast || this.bytes > mostAnswer) this.end();
    else this.timer = setTimeout(() => this.end(), silenceMs);
  }

  end(): void {
    clearTimeout(this.timer);
    this.resolve(Buffer.concat(this.parts).toString('utf8') + (this.bytes > mostAnswer ? cutOff : ''));
  }

  fail(error: Error): void {
    clearTimeout(this.timer);
    this.reject(error);
  }
}
