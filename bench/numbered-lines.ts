import { z } from 'zod';

const consoleFrame = z.object({ event: z.literal('console'), data: z.string(), offset: z.number() });

const digits = 10;
const pad = 'x'.repeat(59);
/** Bytes of a line, its end included. */
export const lineBytes = digits + 1 + pad.length + 1;

/** A container's command: `rate` numbered lines a second, a hundredth of them every 10 ms, without end. */
export function numberedPrinter(rate: number): string {
  const each = Math.max(1, Math.round(rate / 100));
  const print = `{ for (j = 0; j < ${each}; j++) printf "%0${digits}d ${pad}\\n", ++i; fflush() }`;
  return `mkfifo /tmp/pause; exec 3<>/tmp/pause; while :; do echo; read -t 0.0095 x <&3; done | awk '${print}'`;
}

/** The number of the last whole line that ends in `text`; null if none is in it from its beginning to its end. */
export function lastNumber(text: Buffer): number | null {
  const end = text.lastIndexOf(0x0a) + 1;
  if (end < lineBytes) return null;
  const number = Number(text.toString('latin1', end - lineBytes, end - lineBytes + digits));
  return Number.isNaN(number) ? null : number;
}

/** What one client got of numbered lines: whether it is every line once, in order, each at its offset. */
export class NumberedLines {
  /** The number of the newest line. */
  last = 0;
  /** Offset after the newest text. */
  end: number | null = null;
  /** In words; null: all is exact so far. */
  problem: string | null = null;
  private rest = '';

  /** A frame of the socket, as it lay in the stream. */
  take(payload: Buffer): void {
    const event: unknown = JSON.parse(payload.toString('utf8'));
    const frame = consoleFrame.safeParse(event);
    if (frame.success) this.push(frame.data.data, frame.data.offset);
    else if (payload.includes('"event":"gap"')) this.problem ??= `a gap behind line ${this.last}: ${payload}`;
  }

  private push(text: string, offset: number): void {
    if (this.end !== null && offset !== this.end)
      this.problem ??= `offset ${offset} where ${this.end} was expected`;
    this.end = offset + text.length;
    const all = this.rest + text;
    // Whoever joins in the middle of a line begins with the next one.
    let at = this.last === 0 && offset > 0 && this.rest === '' ? all.indexOf('\n') + 1 : 0;
    for (; at + lineBytes <= all.length; at += lineBytes) {
      const number = Number(all.slice(at, at + digits));
      if (this.last !== 0 && number !== this.last + 1)
        this.problem ??= `line ${all.slice(at, at + digits)} behind line ${this.last}`;
      this.last = number;
    }
    this.rest = all.slice(at);
  }
}
