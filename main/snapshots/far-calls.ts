import type { Client } from 'ssh2';
import { LightdeckError } from '../../shared/errors.ts';

/** How long a far server may take for one answer, in ms: its disk may have to wake up. */
const answerMs = 60_000;

export interface FarCallsOptions {
  client: Pick<Client, 'on' | 'destroy'>;
  /** For words. */
  host: string;
  /** For tests. */
  patienceMs?: number;
  /** Aborted: nobody wants any answer any more, and it is hung up. */
  signal?: AbortSignal;
}

type Done<T> = (error: Error | null | undefined, result: T) => void;

/**
 * What is asked of a far server, each with an end: its answer, the loss of the connection, or too long a wait, after which it is hung up.
 * The protocol's library forgets what was under way when a connection is lost, and would leave whoever waits for it waiting for ever.
 */
export class FarCalls {
  private readonly options: FarCallsOptions;
  private readonly waiting = new Set<(reason: unknown) => void>();
  private lost: { reason: unknown } | null = null;

  constructor(options: FarCallsOptions) {
    this.options = options;
    const { client, signal } = options;
    client.on('close', () => this.lose('was lost'));
    client.on('error', (error) => this.lose(`was lost (${error.message})`));
    const onAbort = (): void => this.hangUp(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    client.on('close', () => signal?.removeEventListener('abort', onAbort));
    if (signal?.aborted) onAbort();
  }

  /** One of ssh2's calls as a promise. Rejects with its error, with LightdeckError `timeout` where there is none to come, or as the signal says. */
  ask<T = void>(call: (done: Done<T>) => unknown): Promise<T> {
    if (this.lost) return Promise.reject(this.lost.reason);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.lose('was given up, since there was no answer'),
        this.options.patienceMs ?? answerMs,
      );
      const settle = (): void => {
        clearTimeout(timer);
        this.waiting.delete(end);
      };
      const end = (reason: unknown): void => {
        settle();
        reject(reason);
      };
      this.waiting.add(end);
      call((error, result) => {
        if (error) return end(error);
        settle();
        resolve(result);
      });
    });
  }

  private lose(how: string): void {
    this.hangUp(
      new LightdeckError(
        'timeout',
        `The connection to ${this.options.host} ${how}: try again when it can be reached; what has arrived there is not sent again`,
      ),
    );
  }

  private hangUp(reason: unknown): void {
    if (this.lost) return;
    this.lost = { reason };
    this.options.client.destroy();
    for (const end of [...this.waiting]) end(reason);
  }
}
