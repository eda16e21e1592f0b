import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { LightdeckError } from '../../shared/errors.ts';
import { askedHeader, attemptHeader, keyHeader } from '../../shared/http/route.ts';

/** How long an answer is kept after it was there, in ms: far longer than a client goes on asking. */
const keptMs = 60_000;
/** Most calls that are kept at once. */
const maxKept = 1000;
/** A client repeats a call for a few seconds at most, so that the first try of an older host's call can't be ours after this time, in ms. */
const restartDoubtMs = 15_000;

/** One call that has a key, as it came. */
export interface KeyedCall {
  /** Whose call it is (`callerOf`): a key means something only to who made it. */
  caller: string;
  headers: IncomingHttpHeaders;
  method: string;
  url: string;
  body: unknown;
  /** Whether its client went away before it had its answer, which ends some work: then it counts as never asked for. */
  wasGivenUp: () => boolean;
}

interface Kept {
  /** Of what was asked, so that a key isn't taken for something else. */
  print: string;
  answer: Promise<unknown>;
  /** Unix milliseconds; null while the work is under way. */
  endedAt: number | null;
}

interface Begun {
  call: KeyedCall;
  print: string;
  work: () => Promise<unknown>;
}

/**
 * A17: a call that comes again with the same `Idempotency-Key` gets the answer of the first one, and nothing is done twice. Browsers
 * drop all requests under way when the networks of their machine change, as they do whenever a container starts; without this a page
 * couldn't ask again for what may have been done already.
 */
export class AnsweredCalls {
  /** Of this start of the host, for `startHeader`. */
  readonly startId = randomBytes(8).toString('hex');
  private readonly kept = new Map<string, Kept>();
  private readonly now: () => number;
  private readonly beganAt: number;

  /** `now` in Unix milliseconds. */
  constructor(now: () => number) {
    this.now = now;
    this.beganAt = now();
  }

  /** Settles as `work` does, or as the call did that had this key first. Without a key it is just done. */
  async answer(call: KeyedCall, work: () => Promise<unknown>): Promise<unknown> {
    const key = keyOf(call);
    if (key === null) return work();
    const print = printOf(call);
    for (let known = this.kept.get(key); known; known = this.kept.get(key)) {
      if (known.print !== print)
        throw new LightdeckError('invalid', `${keyHeader}: this key was used for another request`);
      const outcome = await settled(known.answer);
      if (this.kept.get(key) === known) return outcome();
    }
    this.refuseDoubtful(call);
    return this.begin(key, { call, print, work });
  }

  private begin(key: string, { call, print, work }: Begun): Promise<unknown> {
    const answer = work();
    this.dropOld();
    if (this.kept.size >= maxKept) return answer;
    const kept: Kept = { print, answer, endedAt: null };
    this.kept.set(key, kept);
    answer.then(
      () => this.end(kept),
      () => {
        this.end(kept);
        if (call.wasGivenUp()) this.kept.delete(key);
      },
    );
    return answer;
  }

  private end(kept: Kept): void {
    kept.endedAt = this.now();
  }

  private dropOld(): void {
    const limit = this.now() - keptMs;
    for (const [key, { endedAt }] of this.kept)
      if (endedAt !== null && endedAt < limit) this.kept.delete(key);
  }

  /** The first try may have been another host's, which ended since: nobody knows then what it did. */
  private refuseDoubtful({ headers }: KeyedCall): void {
    if (!(Number(headers[attemptHeader]) > 1) || headers[askedHeader] === this.startId) return;
    if (this.now() - this.beganAt >= restartDoubtMs) return;
    throw new LightdeckError(
      'busy',
      'The host has restarted since this was asked for first, and can’t tell whether it was done. Look, then try again',
    );
  }
}

/** How it ended, to be told later: gives its value, or throws its error. Never rejects. */
function settled(work: Promise<unknown>): Promise<() => unknown> {
  return work.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
}

/** The key that a call came with, null for none. Throws LightdeckError `invalid` if it is none that A17 allows. */
export function idempotencyKey(headers: IncomingHttpHeaders): string | null {
  const key = headers[keyHeader];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{8,200}$/.test(key))
    throw new LightdeckError('invalid', `${keyHeader}: must be 8 to 200 visible ASCII characters`);
  return key;
}

function keyOf({ headers, caller }: KeyedCall): string | null {
  const key = idempotencyKey(headers);
  return key === null ? null : `${caller} ${key}`;
}

/** Bodies can be long and hold secrets: only their hash is kept. */
function printOf({ method, url, body }: KeyedCall): string {
  return createHash('sha256')
    .update(JSON.stringify([method, url, body ?? null]))
    .digest('base64');
}
