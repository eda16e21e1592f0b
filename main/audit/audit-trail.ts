import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { Store } from '../store/contract.ts';
import { DeferredWrite } from '../store/deferred-write.ts';
import type { StoreHealth } from '../store/health.ts';
import { AuditDeduplicator } from './audit-deduplicator.ts';
import type { Audit, AuditEntry } from './contract.ts';

/** What is kept: so many rows, for so long (ms). The oldest are lost first. */
export const keptRows = 100_000;
export const keptMs = 400 * 86_400_000;
/** Rows of one answer. */
export const pageSize = 100;

/** An entry waits this long (ms) for others to be written with it: one flush of the disk for all. After a crash, that much is lost. */
const gatherMs = 500;
/** More than this aren't gathered. */
const gatherRows = 1000;
/** What waits while the store refuses to write (a full disk); the oldest are lost. */
const maxWaiting = 5000;
const sweepMs = 60_000;
/** Bounds of the texts, in characters. */
const bounds = { actor: 128, address: 64, action: 200, id: 128, detail: 500, result: 500 };

export type AuditRecord = AuditEntry & { id: number };

export interface AuditTrail extends Audit {
  /** At most `pageSize` entries, newest first. `before`: those older than that one; `containers`: those about these servers alone. */
  page(query: { before: number | null; containers: readonly string[] | null }): AuditRecord[];
  /** Writes what waits. */
  close(): void;
}

export interface AuditTrailOptions {
  store: Pick<Store, 'audit'>;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
  health?: StoreHealth | undefined;
}

/** The record of changes in the store. Its timers, which keep no process alive, end with `close`. */
export function createAuditTrail(options: AuditTrailOptions): AuditTrail {
  return new StoredTrail(options);
}

class StoredTrail implements AuditTrail {
  private readonly options: AuditTrailOptions;
  private readonly repeats = new AuditDeduplicator();
  private readonly scope = new Scope();
  private readonly writing: DeferredWrite;
  private waiting: AuditEntry[] = [];
  private isGathering = false;
  private lost = 0;

  constructor(options: AuditTrailOptions) {
    this.options = options;
    this.writing = new DeferredWrite({
      what: 'the record of changes',
      write: () => this.write(),
      health: options.health,
    });
    this.scope.interval(() => this.sweep(options.now()), sweepMs);
  }

  record(entry: Omit<AuditEntry, 'at'>): void {
    const full = clip({ ...entry, at: this.options.now() });
    if (this.repeats.admits(full)) this.add([full]);
  }

  page({ before, containers }: Parameters<AuditTrail['page']>[0]): AuditRecord[] {
    // Whoever looks wants the newest, too.
    this.writing.attempt();
    return this.options.store.audit.page({ before, containers, limit: pageSize });
  }

  close(): void {
    this.sweep(Number.POSITIVE_INFINITY);
    this.flush();
    this.writing.close();
    this.scope.close();
  }

  private sweep(now: number): void {
    this.add(this.repeats.drain(now).map(clip));
  }

  private add(entries: AuditEntry[]): void {
    if (entries.length === 0) return;
    this.waiting.push(...entries);
    this.lost += this.waiting.splice(0, this.waiting.length - maxWaiting).length;
    if (this.waiting.length >= gatherRows) this.flush();
    else if (!this.isGathering) {
      this.isGathering = true;
      this.scope.timeout(() => this.flush(), gatherMs);
    }
  }

  private flush(): void {
    this.isGathering = false;
    if (this.waiting.length === 0) return;
    const { isFailing } = this.writing;
    this.writing.request();
    if (this.writing.isFailing && !isFailing)
      this.options.log.error({}, 'the record of changes can not be written');
  }

  private write(): void {
    const { store, now, log } = this.options;
    if (this.waiting.length === 0) return;
    store.audit.append(this.waiting);
    this.waiting = [];
    if (this.lost > 0) log.error({ lost: this.lost }, 'entries of the record of changes were lost');
    this.lost = 0;
    // Only now: what was appended must not be appended again because this failed.
    store.audit.prune({ keep: keptRows, before: now() - keptMs });
  }
}

function clip(entry: AuditEntry): AuditEntry {
  return {
    ...entry,
    actor: entry.actor.slice(0, bounds.actor),
    address: entry.address.slice(0, bounds.address),
    action: entry.action.slice(0, bounds.action),
    container: entry.container?.slice(0, bounds.id) ?? null,
    volume: entry.volume?.slice(0, bounds.id) ?? null,
    detail: entry.detail.slice(0, bounds.detail),
    result: entry.result.slice(0, bounds.result),
  };
}
