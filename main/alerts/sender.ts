import type { Delivery, TargetState } from '../../shared/model/alert.ts';
import { Backoff } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { CourierCall, Outcome } from './courier.ts';
import type { Letter } from './forms.ts';
import type { Message, Outbox } from './outbox.ts';
import { isQuiet } from './quiet.ts';
import type { StoredTarget } from './tables.ts';

export interface SenderOptions {
  /** As it is now. */
  target: () => StoredTarget;
  outbox: Outbox;
  deliver: (target: StoredTarget, letter: Letter, call: CourierCall) => Promise<Outcome>;
  /** The host's name. */
  host: string;
  /** Unix ms. */
  now: () => number;
  log: Log;
  /** A message needs no further try, or alerts were left out. */
  onDelivery: (delivery: Omit<Delivery, 'id'>) => void;
  /** Its state is another one. */
  onChange: () => void;
}

/** Waits after a failure, in ms, doubled from the first to the longest; up to a third is taken off at random. */
const firstWaitMs = 5_000;
const longestWaitMs = 600_000;
/** A message that was refused so often is given up, so that the ones behind it get there. */
export const maxRefusals = 3;
/** How often quiet hours are looked at, in ms. */
const quietLookMs = 30_000;

/**
 * Empties what waits for one target, in order, one message at a time. A message leaves the queue when it was taken; whatever ends us
 * before, it is sent again under the same id.
 */
export class Sender {
  private readonly options: SenderOptions;
  private readonly scope = new Scope();
  private readonly backoff = new Backoff({ first: firstWaitMs, max: longestWaitMs, jitter: 0.33 });
  private wake: () => void = () => {};
  /** Something is new since it was last looked at: what comes in between a look and a rest must not be slept through. */
  private isPoked = false;
  private attempts = 0;
  private refusals = 0;
  private problem: string | null = null;
  private nextTry: number | null = null;
  private lastDelivery: number | null = null;
  private readonly ended: Promise<void>;

  constructor(options: SenderOptions) {
    this.options = options;
    this.scope.add(() => this.wake());
    // Whoever makes it has it by then.
    this.ended = Promise.resolve().then(() => this.work());
  }

  get state(): TargetState {
    const { outbox, target } = this.options;
    const { id } = target();
    return {
      waiting: outbox.waiting(id),
      dropped: outbox.droppedOf(id),
      problem: this.problem,
      next_try: this.nextTry,
      last_delivery: this.lastDelivery,
    };
  }

  /** There is something in the queue. While it waits after a failure it goes on waiting. */
  poke(): void {
    this.isPoked = true;
    if (this.nextTry === null) this.wake();
  }

  /** The target was changed, or is known to be well: it is tried at once. */
  retry(): void {
    this.isPoked = true;
    this.refusals = 0;
    this.backoff.reset();
    this.wake();
  }

  /** Cuts a request under way. Resolves when nothing is sent any more. */
  async close(): Promise<void> {
    this.scope.close();
    await this.ended;
  }

  private async work(): Promise<void> {
    while (!this.scope.isClosed) {
      this.isPoked = false;
      try {
        await this.step();
      } catch (error) {
        this.options.log.error({ err: error, target: this.options.target().id }, 'alerts could not be sent');
        await this.rest(this.backoff.next());
      }
    }
  }

  private async step(): Promise<void> {
    const { target, outbox, now } = this.options;
    const { id, definition } = target();
    const { enabled, quiet, gather } = definition;
    if (!enabled) return this.rest(null);
    if (quiet !== null && isQuiet(quiet, now()))
      return this.rest(outbox.waiting(id) > 0 ? quietLookMs : null);
    const next = outbox.next(id, gather * 1000);
    if (next === null) return this.rest(null);
    if ('inMs' in next) return this.rest(next.inMs);
    const waitMs = await this.send(next);
    if (waitMs === null) return;
    this.nextTry = now() + waitMs;
    this.options.onChange();
    await this.rest(waitMs);
    this.nextTry = null;
  }

  /** In how many ms it is tried again; null: it needs no further try. */
  private async send(message: Message): Promise<number | null> {
    const { target, outbox, deliver, host, now } = this.options;
    const current = target();
    const dropped = outbox.droppedOf(current.id);
    const letter = { ...message, host, dropped, sentAt: now() };
    this.attempts += 1;
    const outcome = await deliver(current, letter, { signal: this.scope.signal, now: now() });
    // Cut by our end: it is sent again by the next one.
    if (!outcome.ok && this.scope.isClosed) return null;
    if (outcome.ok) {
      this.end(message, outcome, dropped);
      return null;
    }
    if (this.problem !== outcome.problem) this.tellTrouble(current.id, outcome.problem);
    this.problem = outcome.problem;
    this.refusals = outcome.refused ? this.refusals + 1 : 0;
    if (this.refusals >= maxRefusals) {
      this.end(message, outcome, 0);
      return null;
    }
    return outcome.waitMs === null ? this.backoff.next() : Math.max(outcome.waitMs, 1000);
  }

  private end({ id, alerts }: Message, outcome: Outcome, dropped: number): void {
    const { target, outbox, now, onDelivery, onChange } = this.options;
    const { attempts } = this;
    this.attempts = 0;
    this.refusals = 0;
    this.backoff.reset();
    const title = alerts[0]?.title ?? '';
    const at = now();
    outbox.done(target().id, id, dropped);
    const { status } = outcome;
    if (outcome.ok) {
      this.problem = null;
      this.lastDelivery = at;
      if (dropped > 0)
        onDelivery({
          at,
          result: 'dropped',
          status: null,
          problem: null,
          attempts: 0,
          alerts: dropped,
          title: '',
        });
      onDelivery({ at, result: 'delivered', status, problem: null, attempts, alerts: alerts.length, title });
    } else {
      const { problem } = outcome;
      onDelivery({ at, result: 'failed', status, problem, attempts, alerts: alerts.length, title });
    }
    onChange();
  }

  /** Told once for each kind of trouble: a target may be away for days. Without its address. */
  private tellTrouble(target: string, problem: string): void {
    this.options.log.warn({ target, problem }, 'alerts do not get there; they wait');
  }

  /** Ends early when there is something new, or at the end. Null: for as long as that takes. */
  private async rest(ms: number | null): Promise<void> {
    if (this.isPoked && this.nextTry === null) return;
    await new Promise<void>((resolve) => {
      if (this.scope.isClosed) {
        resolve();
        return;
      }
      const cancel = ms === null ? () => {} : this.scope.timeout(resolve, ms);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
    this.wake = () => {};
  }
}
