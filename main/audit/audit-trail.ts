import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { Store } from '../store/contract.ts';
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
}

/** The record of changes in the store. Its timers, which keep no process alive, end with `close`. */
export function createAuditTrail(options: AuditTrailOptions): AuditTrail {
  return new StoredTrail(options);
}

class StoredTrail implements AuditTrail {
  private readonly options: AuditTrailOptions;
  private readonly repeats = new AuditDeduplicator();
  private readonly scope = new Scope();
  private waiting: AuditEntry[] = [];
  private isGathering = false;
  private lost = 0;
  private isFailing = false;

  constructor(options: AuditTrailOptions) {
    this.options = options;
    this.scope.interval(() => this.sweep(options.now()), sweepMs);
  }

  record(entry: Omit<AuditEntry, 'at'>): void {
    const full = clip({ ...entry, at: this.options.now() });
    if (this.repeats.admits(full)) this.add([full]);
  }

  page({ before, containers }: Parameters<AuditTrail['page']>[0]): AuditRecord[] {
    this.flush();
    return this.options.store.audit.page({ before, containers, limit: pageSize });
  }

  close(): void {
    this.sweep(Number.POSITIVE_INFINITY);
    this.flush();
    this.scope.close();
  }

  private sweep(now: number): void {
    this.add(this.repeats.drain(now).map(clip));
  }

  private add(entries: AuditEntry[]): void {
    if (entries.length === 0) return;
    this.waiting.push(...entries);
    this.lost += this.waiting.splice(0, this.waiting.length - maxWaiting).length;
    if (this.waiting.length >= gatherRows && !this.isFailing) this.flush();
    else if (!this.isGathering) {
      this.isGathering = true;
      this.scope.timeout(() => this.flush(), gatherMs);
    }
  }

  private flush(): void {
    const { store, now, log } = this.options;
    this.isGathering = false;
    if (this.waiting.length === 0) return;
    try {
      store.audit.append(this.waiting);
      store.audit.prune({ keep: keptRows, before: now() - keptMs });
    } catch (error) {
      // They stay, and are tried again with the next entry.
      if (!this.isFailing) log.error({ error: String(error) }, 'the record of changes can not be written');
      this.isFailing = true;
      return;
    }
    this.waiting = [];
    this.isFailing = false;
    if (this.lost > 0) log.error({ lost: this.lost }, 'entries of the record of changes were lost');
    this.lost = 0;
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
