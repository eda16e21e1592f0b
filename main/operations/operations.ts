import { randomUUID } from 'node:crypto';
import { LightdeckError, toLightdeckError } from '../../shared/errors.ts';
import type { Operation } from '../../shared/model/operation.ts';
import type { Progress } from '../../shared/model/progress.ts';
import type { Scope } from '../../shared/scopes.ts';
import type { Audit } from '../audit/contract.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { Log } from '../lib/log.ts';

/** More at the same time are refused (`busy`): each may read or write a whole volume. */
const maxRunning = 64;
/** Ends that are remembered; the oldest are forgotten. */
const keptEnds = 200;
/** Progress is told this often at most, in ms. */
const tellEveryMs = 200;

export interface OperationRun {
  /** Aborted by whoever cancels it, and when the host ends. */
  signal: AbortSignal;
  progress(progress: Progress): void;
}

export interface NewOperation {
  kind: string;
  /** The server that it is about; null: the host. */
  container: string | null;
  title: string;
  /** Who cancels it needs this. */
  scope: Scope;
  /** Who began it, for the record of changes. */
  by: string;
  /**
   * Does it. What it resolves with is the operation's `result`. It rejects after an abort, too, when what it had begun is undone;
   * one that had already done all may resolve all the same, and then is done.
   */
  run(run: OperationRun): Promise<Record<string, unknown> | null>;
}

/** One that was begun, and its end; `ended` never rejects. */
export interface StartedOperation {
  operation: Operation;
  ended: Promise<Operation>;
}

interface Entry {
  operation: Operation;
  scope: Scope;
  by: string;
  abort: AbortController;
  ended: Promise<Operation>;
  toldAt: number;
}

export interface OperationsOptions {
  /** Unix milliseconds. */
  now: () => number;
  audit: Audit;
  news: Pick<HostNews, 'tell'>;
  log: Log;
}

/** Everything that takes longer than an answer may (A20): under way, and ended lately. They end with the host. */
export class Operations {
  private readonly options: OperationsOptions;
  private readonly entries = new Map<string, Entry>();
  private isClosed = false;

  constructor(options: OperationsOptions) {
    this.options = options;
  }

  /** Begins at once. Throws LightdeckError `busy` when too many are under way, or the host is ending. */
  start({ kind, container, title, scope, by, run }: NewOperation): StartedOperation {
    if (this.isClosed) throw new LightdeckError('busy', 'The host is ending; try again when it is back');
    if (this.running().length >= maxRunning)
      throw new LightdeckError(
        'busy',
        `${maxRunning} operations are under way; wait until one of them has ended`,
      );
    const abort = new AbortController();
    const operation: Operation = {
      id: randomUUID(),
      kind,
      container,
      title,
      state: 'running',
      progress: null,
      started_at: this.options.now(),
      ended_at: null,
      error: null,
      result: null,
    };
    const entry: Entry = { operation, scope, by, abort, ended: Promise.resolve(operation), toldAt: 0 };
    this.entries.set(operation.id, entry);
    this.tell(entry);
    const work = Promise.resolve().then(() =>
      run({ signal: abort.signal, progress: (progress) => this.progress(entry, progress) }),
    );
    entry.ended = work.then(
      (result) => this.end(entry, { state: 'done', result }),
      (error) => this.fail(entry, error),
    );
    return { operation, ended: entry.ended };
  }

  /** All that are known, the newest first. */
  list(): Operation[] {
    return [...this.entries.values()].map(({ operation }) => operation).reverse();
  }

  running(): Operation[] {
    return this.list().filter(({ state }) => state === 'running');
  }

  /** Null for one that never was, or whose end is forgotten. */
  get(id: string): Operation | null {
    return this.entries.get(id)?.operation ?? null;
  }

  /** What whoever cancels it must be allowed; null if there is none of that id. */
  scopeOf(id: string): Scope | null {
    return this.entries.get(id)?.scope ?? null;
  }

  /** Asks it to end; it has ended when it says so. Throws LightdeckError `not_found`, or `conflict` for one that has ended. */
  cancel(id: string): Operation {
    const entry = this.entries.get(id);
    if (!entry) throw new LightdeckError('not_found', 'There is no such operation');
    if (entry.operation.state !== 'running')
      throw new LightdeckError('conflict', 'It can not be cancelled: it has ended');
    entry.abort.abort();
    return entry.operation;
  }

  /** Cancels all, and resolves when they have ended. */
  async close(): Promise<void> {
    this.isClosed = true;
    const open = [...this.entries.values()].filter(({ operation }) => operation.state === 'running');
    for (const { abort } of open) abort.abort();
    await Promise.all(open.map(({ ended }) => ended));
  }

  private progress(entry: Entry, progress: Progress): void {
    if (entry.operation.state !== 'running') return;
    entry.operation = { ...entry.operation, progress };
    // What is left out here is told with the next step or the end.
    const now = performance.now();
    if (now - entry.toldAt < tellEveryMs) return;
    entry.toldAt = now;
    this.tell(entry);
  }

  private fail(entry: Entry, thrown: unknown): Operation {
    const error = toLightdeckError(thrown);
    if (entry.abort.signal.aborted) return this.end(entry, { state: 'cancelled' });
    if (error.code === 'internal')
      this.options.log.error({ operation: entry.operation.kind, err: thrown }, 'an operation failed');
    return this.end(entry, { state: 'failed', error: error.message });
  }

  private end(entry: Entry, end: Partial<Operation> & Pick<Operation, 'state'>): Operation {
    entry.operation = { ...entry.operation, ...end, ended_at: this.options.now() };
    const { kind, container, title, state, error } = entry.operation;
    this.options.audit.record({
      actor: entry.by,
      address: '',
      via: 'host',
      action: kind,
      container,
      volume: null,
      detail: title,
      result: state === 'done' ? 'ok' : (error ?? state),
    });
    this.tell(entry);
    this.forgetOld();
    return entry.operation;
  }

  private forgetOld(): void {
    const ended = [...this.entries.values()].filter(({ operation }) => operation.state !== 'running');
    for (const { operation } of ended.slice(0, Math.max(0, ended.length - keptEnds)))
      this.entries.delete(operation.id);
  }

  private tell({ operation }: Entry): void {
    this.options.news.tell({
      container: operation.container,
      event: { event: 'operation', data: operation },
    });
  }
}
