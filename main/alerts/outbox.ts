import { randomUUID } from 'node:crypto';
import { type Alert, maxInMessage, maxWaiting, newsHours } from '../../shared/model/alert.ts';
import { DeferredWrite } from '../store/deferred-write.ts';
import type { StoreHealth } from '../store/health.ts';
import type { AlertTable, StoredAlert } from './tables.ts';

/** Some alerts that are sent as one, always the same ones under the same id, however often it is tried. */
export interface Message {
  id: string;
  alerts: Alert[];
}

export interface OutboxOptions {
  table: AlertTable;
  /** Unix ms. */
  now: () => number;
  health?: Pick<StoreHealth, 'reportFailure' | 'reportSuccess' | 'onChange'> | undefined;
}

interface Entry extends StoredAlert {
  isStored: boolean;
}

const newsMs = newsHours * 3_600_000;

/**
 * What waits to be told, by target. It is kept in memory and on disk: what can't be written now (the disk may be full, which is
 * what is to be told) is written later, and sent meanwhile. Of each target `maxWaiting` wait at most; the oldest are left out, and so is
 * what is older than `newsHours`; how many is told with the next message.
 */
export class Outbox {
  private readonly options: OutboxOptions;
  private readonly lines = new Map<string, Entry[]>();
  private readonly dropped: Map<string, number>;
  /** What differs from the disk: entries to be written, places of those that are gone, counts of what was left out. */
  private readonly unwritten = new Set<Entry>();
  private readonly gone = new Set<number>();
  private readonly newCounts = new Set<string>();
  private readonly writes: DeferredWrite;
  private lastSeq = 0;

  constructor(options: OutboxOptions) {
    const { table, health } = options;
    this.options = options;
    this.dropped = table.dropped();
    for (const stored of table.waiting()) {
      this.line(stored.target).push({ ...stored, isStored: true });
      this.lastSeq = stored.seq;
    }
    this.writes = new DeferredWrite({ what: 'alerts', write: () => this.write(), health });
  }

  push(target: string, alert: Alert): void {
    this.lastSeq += 1;
    const entry: Entry = { seq: this.lastSeq, target, message: null, alert, isStored: false };
    const line = this.line(target);
    line.push(entry);
    this.unwritten.add(entry);
    if (line.length > maxWaiting)
      this.drop(target, line.filter(({ message }) => message === null).slice(0, 1));
    this.writes.request();
  }

  waiting(target: string): number {
    return this.lines.get(target)?.length ?? 0;
  }

  /** How many were left out since the last message that got there. */
  droppedOf(target: string): number {
    return this.dropped.get(target) ?? 0;
  }

  /** The next message, or in how many ms there is one; null: nothing waits. `gatherMs`: how long alerts are gathered for one. */
  next(target: string, gatherMs: number): Message | { inMs: number } | null {
    const now = this.options.now();
    const line = this.line(target);
    this.drop(
      target,
      line.filter(({ alert }) => now - alert.at > newsMs),
    );
    const [first] = line;
    if (!first) return null;
    if (first.message === null) {
      const inMs = Math.min(first.alert.at + gatherMs - now, gatherMs);
      if (inMs > 0 && line.length < maxInMessage) return { inMs };
      this.gather(line.slice(0, maxInMessage));
    }
    const id = first.message ?? '';
    return { id, alerts: line.filter(({ message }) => message === id).map(({ alert }) => alert) };
  }

  /** It needs no further try. `toldDropped`: how many it said were left out. */
  done(target: string, message: string, toldDropped: number): void {
    this.remove(
      target,
      this.line(target).filter((entry) => entry.message === message),
    );
    this.setDropped(target, this.droppedOf(target) - toldDropped);
    this.writes.request();
  }

  /** The target is gone, from the disk too. */
  forget(target: string): void {
    for (const entry of this.line(target)) this.unwritten.delete(entry);
    this.lines.delete(target);
    this.dropped.delete(target);
    this.newCounts.delete(target);
  }

  /** A last try to write; nothing is written after this. */
  close(): void {
    this.writes.request();
    this.writes.close();
  }

  private line(target: string): Entry[] {
    const line = this.lines.get(target) ?? [];
    this.lines.set(target, line);
    return line;
  }

  private gather(entries: Entry[]): void {
    const id = randomUUID();
    for (const entry of entries) {
      entry.message = id;
      this.unwritten.add(entry);
    }
    this.writes.request();
  }

  private drop(target: string, entries: Entry[]): void {
    if (entries.length === 0) return;
    this.remove(target, entries);
    this.setDropped(target, this.droppedOf(target) + entries.length);
    this.writes.request();
  }

  private remove(target: string, entries: Entry[]): void {
    const leaving = new Set(entries);
    const left = this.line(target).filter((entry) => !leaving.has(entry));
    this.line(target).splice(0, Number.POSITIVE_INFINITY, ...left);
    for (const entry of leaving) {
      this.unwritten.delete(entry);
      if (entry.isStored) this.gone.add(entry.seq);
    }
  }

  private setDropped(target: string, count: number): void {
    if (count === this.droppedOf(target)) return;
    this.dropped.set(target, Math.max(0, count));
    this.newCounts.add(target);
  }

  private write(): void {
    const { table } = this.options;
    table.transaction(() => {
      for (const seq of this.gone) table.removeWaiting(seq);
      for (const entry of this.unwritten) table.putWaiting(entry);
      for (const target of this.newCounts) table.setDropped(target, this.droppedOf(target));
    });
    for (const entry of this.unwritten) entry.isStored = true;
    this.gone.clear();
    this.unwritten.clear();
    this.newCounts.clear();
  }
}
