import { expect } from 'vitest';
import { type Program, untilSignal } from '../support/fake-process.ts';
import type { Heart } from '../support/heart.ts';
import type { HeartClient } from '../support/heart-client.ts';

const count = 30;

/** Lines in two pieces each, 40 ms apart, so that whatever happens comes in the middle of one half of the time. */
export const talk: Program = async ({ print, sleep }) => {
  for (let i = 0; i < count; i += 1) {
    print(`line ${i}: `);
    await sleep(20);
    print('ünd so weiter\n');
    await sleep(20);
  }
  return untilSignal();
};
export const talked = Array.from({ length: count }, (_, i) => `line ${i}: ünd so weiter\n`).join('');

/** A viewer that comes back after every end of its connection, where it was. */
export class Viewer {
  text = '';
  readonly gaps: unknown[] = [];
  private readonly heart: Heart;
  private client: HeartClient;
  private end = 0;

  constructor(heart: Heart) {
    this.heart = heart;
    this.client = heart.client('s1', 'after=0');
  }

  /** Takes what has come; each piece must begin where the last one ended. */
  take(): void {
    for (const event of this.client.events.splice(0)) {
      if (event.event === 'gap') this.gaps.push(event);
      if (event.event !== 'console') continue;
      expect(event.offset).toBe(this.end);
      this.text += event.data;
      this.end += Buffer.byteLength(event.data);
    }
  }

  comeBack(): void {
    this.take();
    this.client.close();
    this.client = this.heart.client('s1', `after=${this.end}`);
  }
}
