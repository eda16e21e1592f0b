import { z } from 'zod';
import { type CloseReason, closeCodes } from '../../shared/protocol/close-codes.ts';
import { Scope } from '../lib/scope.ts';
import { encodeEvent } from '../wire/encode-event.ts';
import type { ClientOutlet } from './connection.ts';

const messageSchema = z.looseObject({
  event: z.string(),
  data: z.unknown().optional(),
  offset: z.number().optional(),
  from: z.number().optional(),
  to: z.number().optional(),
});
export type Message = z.infer<typeof messageSchema>;

/** The messages in whole, unmasked text frames. */
export function messagesIn(bytes: Buffer): Message[] {
  const messages: Message[] = [];
  for (let at = 0; at < bytes.length; ) {
    const short = bytes.readUInt8(at + 1);
    const [size, length] =
      short < 126
        ? [2, short]
        : short === 126
          ? [4, bytes.readUInt16BE(at + 2)]
          : [10, Number(bytes.readBigUInt64BE(at + 2))];
    messages.push(messageSchema.parse(JSON.parse(bytes.toString('utf8', at + size, at + size + length))));
    at += size + length;
  }
  return messages;
}

/** A client whose queue is as full as the test says; what it was sent is in `messages`. */
export class FakeOutlet implements ClientOutlet {
  readonly scope = new Scope();
  readonly messages: Message[] = [];
  closedWith: CloseReason | null = null;
  isOpen = true;
  isFull = false;
  private waiting: (() => void)[] = [];

  get hasRoom(): boolean {
    return !this.isFull;
  }

  /** The queue has run empty: whoever waits for it goes on. */
  drain(): void {
    this.isFull = false;
    for (const wake of this.waiting.splice(0)) wake();
  }

  async untilRoom(): Promise<void> {
    while (this.isFull && this.isOpen) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  send(frames: Buffer): boolean {
    this.messages.push(...messagesIn(frames));
    return true;
  }

  error(problem: string): void {
    this.send(encodeEvent({ event: 'daemon_message', data: `Error: ${problem}` }));
  }

  fail(): void {
    this.close(closeCodes.failed);
  }

  close(reason: CloseReason): void {
    this.closedWith ??= reason;
    this.isOpen = false;
    this.scope.close();
    this.drain();
  }
}
