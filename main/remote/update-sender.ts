import type { RemoteStatus } from '../../shared/http/settings.ts';
import { Backoff } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import { askHealth, type Panel, type PanelAnswer, postUpdate } from './panel.ts';
import type { RemoteTable, RemoteUpdate } from './remote-table.ts';
import { messageOf } from './status.ts';

/** In ms; tests shorten them. */
export interface SenderTimes {
  /** Between two looks at the panel's health (A12). */
  healthEvery: number;
  /** Waits after a failure, doubled from the first to the longest; up to half is taken off at random. */
  firstWait: number;
  longestWait: number;
  /** For one request; undefined: 10 s. */
  limit?: number;
}

export const senderTimes: SenderTimes = { healthEvery: 30_000, firstWait: 1000, longestWait: 60_000 };

/** A message that the panel refused so often is given up, so that the ones behind it get there. */
export const maxRefusals = 8;

export interface UpdateSenderOptions {
  panel: Panel;
  queue: Pick<RemoteTable, 'first' | 'remove'>;
  log: Log;
  times: SenderTimes;
  /** The end of the sender before: of two, only one may use the queue. */
  after: Promise<void>;
  /** Unix milliseconds. */
  now: () => number;
}

/**
 * Empties the queue into one panel, in order, one message at a time, and looks after the panel's health. A message leaves
 * the queue when the panel has taken it: whatever ends us before, it is sent again, so a panel can get one twice.
 */
export class UpdateSender {
  private readonly options: UpdateSenderOptions;
  private readonly scope = new Scope();
  private readonly backoff: Backoff;
  private sending: Promise<void> = Promise.resolve();
  private isSending = false;
  private wake: () => void = () => {};
  private refusals = 0;
  /** The message that the panel has, and the queue too, since it could not be written. */
  private taken: number | null = null;
  /** Of either kind of request: what was wrong the last time, null if nothing was. */
  private readonly problems: Record<'health' | 'update', string | null> = { health: null, update: null };
  private lastSuccess: number | null = null;
  private lastFailure: RemoteStatus['last_failure'] = null;

  constructor(options: UpdateSenderOptions) {
    const { firstWait, longestWait, healthEvery } = options.times;
    this.options = options;
    this.backoff = new Backoff({ first: firstWait, max: longestWait, jitter: 0.5 });
    this.scope.add(() => this.wake());
    this.scope.interval(() => void this.checkHealth(), healthEvery);
    void this.checkHealth();
    this.poke();
  }

  /** How the panel is doing, by its answers so far. */
  get status(): RemoteStatus {
    const { lastSuccess: last_success, lastFailure: last_failure } = this;
    const isFailing = this.problems.health !== null || this.problems.update !== null;
    const state = isFailing ? 'failing' : last_success === null ? 'waiting' : 'connected';
    return { state, last_success, last_failure };
  }

  /** There is something in the queue. */
  poke(): void {
    if (this.isSending || this.scope.isClosed) return;
    this.isSending = true;
    this.sending = this.options.after.then(() => this.empty());
  }

  /** Cuts the request under way. Resolves when nothing touches the queue any more. */
  async close(): Promise<void> {
    this.scope.close();
    await this.sending;
  }

  private async checkHealth(): Promise<void> {
    const wasWell = this.problems.health === null;
    const answer = await askHealth(this.options.panel, this.call());
    if (this.scope.isClosed) return;
    this.note('health', answer);
    if (answer.ok && !wasWell) {
      this.backoff.reset();
      this.wake();
    }
  }

  private async empty(): Promise<void> {
    while (!this.scope.isClosed) {
      let isDone = false;
      try {
        const first = this.options.queue.first();
        if (first === null) {
          // In the same turn as the look, or a poke in between would be lost.
          this.isSending = false;
          return;
        }
        isDone = first.id === this.taken || (await this.send(first));
        if (first.id === this.taken) this.options.queue.remove(first.id);
      } catch (error) {
        isDone = false;
        this.note('update', { ok: false, refused: false, problem: `the queue failed: ${String(error)}` });
      }
      if (!isDone) await this.sleep(this.backoff.next());
    }
  }

  /** Whether this message needs no further try. */
  private async send(first: RemoteUpdate & { id: number }): Promise<boolean> {
    const { panel, log } = this.options;
    const answer = await postUpdate(panel, messageOf(first), this.call());
    // Also if we were closed meanwhile, and if it can't be written now: what was taken must not be sent again.
    if (answer.ok) this.taken = first.id;
    if (this.scope.isClosed) return true;
    this.note('update', answer);
    this.refusals = !answer.ok && answer.refused ? this.refusals + 1 : 0;
    if (!answer.ok && this.refusals < maxRefusals) return false;
    if (!answer.ok) {
      const { server, status } = first;
      log.error({ server, status, problem: answer.problem }, 'the panel refuses a message: given up');
      this.taken = first.id;
    }
    this.refusals = 0;
    this.backoff.reset();
    return true;
  }

  /** Tells changes alone: a panel may be away for days. */
  private note(kind: 'health' | 'update', answer: PanelAnswer): void {
    const { log, panel, now } = this.options;
    const problem = answer.ok ? null : answer.problem;
    if (problem === null) this.lastSuccess = now();
    else this.lastFailure = { at: now(), problem };
    if (problem === this.problems[kind]) return;
    this.problems[kind] = problem;
    const details = { request: kind, url: panel.url };
    if (problem === null) log.info(details, 'the panel answers again');
    else log.warn({ ...details, problem }, 'the panel does not answer as it should');
  }

  private call() {
    return { signal: this.scope.signal, limitMs: this.options.times.limit };
  }

  /** Ends early when the panel is well again, or at the end. */
  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.scope.isClosed) {
        resolve();
        return;
      }
      const cancel = this.scope.timeout(resolve, ms);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
