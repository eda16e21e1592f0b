import { errorText } from '../../shared/error-text.ts';
import type { StoreState } from '../../shared/model/host.ts';
import { Backoff } from '../lib/backoff.ts';
import { Emitter } from '../lib/emitter.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import { storeFailure } from './store-failure.ts';

/** How a store that fails is tried: first after this long, later less often; in ms. */
const firstProbeMs = 1000;
const slowestProbeMs = 30_000;

export interface StoreHealthOptions {
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
  /** First and longest pause between two probes, in ms; for tests. */
  probeMs?: { first: number; max: number };
}

/**
 * Whether the store takes writes. A store that fails is a state of the host, not an exception: parts go on by what is true,
 * keep what they would have written, and write it when `onChange` says that the store is well again. Told in the log once
 * when it begins and once when it is over.
 *
 * With a probe (`probeWith`) only the probe ends the state: on a full disk small writes can succeed between large ones that
 * fail. Without one, the first success ends it.
 */
export class StoreHealth {
  private readonly options: StoreHealthOptions;
  private readonly changed: Emitter<StoreState>;
  private readonly scope = new Scope();
  private readonly backoff: Backoff;
  private probe: (() => void) | null = null;
  private isWaiting = false;
  private current: StoreState = { status: 'ok' };

  constructor(options: StoreHealthOptions) {
    this.options = options;
    this.backoff = new Backoff(options.probeMs ?? { first: firstProbeMs, max: slowestProbeMs });
    this.changed = new Emitter((error) =>
      options.log.error({ err: error }, 'a listener for the state of the store failed'),
    );
  }

  get state(): StoreState {
    return this.current;
  }

  /** Called after the state changed, with the new one; returns the disposer. A new `problem` in the same state is no change. */
  onChange(listener: (state: StoreState) => void): () => void {
    return this.changed.on(listener);
  }

  /** `probe` writes something and removes it, and throws if it can't. It is asked, at growing intervals, while the store fails. */
  probeWith(probe: () => void): void {
    this.probe = probe;
    if (this.current.status !== 'ok') this.schedule();
  }

  /** Writes the probe at once, so that a store that can't be written from the beginning is told before anybody asks something of it. */
  check(): void {
    try {
      this.probe?.();
    } catch (error) {
      this.reportFailure(error, 'start');
    }
  }

  /** A write failed: `what` names it for the log (`usage`, `sessions`), never with a secret. Anything thrown will do. */
  reportFailure(error: unknown, what: string): void {
    const { now, log } = this.options;
    const problem = storeFailure(error)?.message ?? errorText(error);
    if (this.current.status === 'ok') {
      log.error({ err: error, what }, `the store can't be written; what has to wait is kept: ${problem}`);
      this.set({ status: 'failing', since: now(), problem });
    } else {
      this.current = { ...this.current, problem };
    }
    this.schedule();
  }

  /** A write succeeded. Cheap while all is well. */
  reportSuccess(): void {
    if (this.current.status === 'ok' || this.probe) return;
    this.recover();
  }

  close(): void {
    this.scope.close();
    this.changed.clear();
  }

  private schedule(): void {
    if (!this.probe || this.isWaiting) return;
    this.isWaiting = true;
    this.scope.timeout(() => this.look(), this.backoff.next());
  }

  private look(): void {
    this.isWaiting = false;
    try {
      this.probe?.();
    } catch {
      // Still so; it was told when it began.
      this.schedule();
      return;
    }
    this.recover();
  }

  private recover(): void {
    if (this.current.status === 'ok') return;
    const seconds = Math.round((this.options.now() - this.current.since) / 1000);
    this.options.log.info({ seconds }, 'the store can be written again');
    this.backoff.reset();
    this.set({ status: 'ok' });
  }

  private set(state: StoreState): void {
    this.current = state;
    this.changed.emit(state);
  }
}
