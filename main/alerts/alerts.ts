import { randomUUID } from 'node:crypto';
import { LightdeckError } from '../../shared/errors.ts';
import type { AlertTest } from '../../shared/http/alerts.ts';
import {
  type Alert,
  type AlertEvent,
  type Delivery,
  maxTargets,
  type Target,
  type TargetDefinition,
} from '../../shared/model/alert.ts';
import type { Log } from '../lib/log.ts';
import type { RoomTables } from '../store/contract.ts';
import type { StoreHealth } from '../store/health.ts';
import { RetriedWrites } from '../store/retried-writes.ts';
import { type CourierCall, deliver, type Outcome } from './courier.ts';
import { type Letter, maskedAddress } from './forms.ts';
import { Outbox } from './outbox.ts';
import { Sender } from './sender.ts';
import { AlertTable, type StoredTarget } from './tables.ts';

export interface AlertsOptions {
  tables: RoomTables;
  health?: Pick<StoreHealth, 'reportFailure' | 'reportSuccess' | 'onChange'> | undefined;
  /** The host's name, as messages have it. */
  host: string;
  /** Unix ms. */
  now: () => number;
  log: Log;
  /** What the routes answer is not what it was. */
  onChange: () => void;
  /** Tests count what is under way. */
  deliver?: (target: StoredTarget, letter: Letter, call: CourierCall) => Promise<Outcome>;
}

interface Entry {
  stored: StoredTarget;
  sender: Sender;
  isTesting: boolean;
}

/** Whoever wants the second is told the first, too, in its own words. */
const also: Partial<Record<AlertEvent, AlertEvent>> = { out_of_memory: 'crashed', gave_up: 'crashed' };

/** The targets of this host, and all that is told to them. The trouble of one is no other's. */
export class Alerts {
  private readonly options: AlertsOptions;
  private readonly table: AlertTable;
  private readonly outbox: Outbox;
  private readonly writes: RetriedWrites;
  private readonly entries = new Map<string, Entry>();
  private readonly abort = new AbortController();
  private isClosed = false;

  constructor(options: AlertsOptions) {
    const { tables, log, now, health } = options;
    this.options = options;
    this.table = new AlertTable(tables, log);
    this.outbox = new Outbox({ table: this.table, now, health });
    this.writes = new RetriedWrites({ what: 'deliveries of alerts', health });
    for (const stored of this.table.targets()) this.open(stored);
  }

  list(): Target[] {
    return [...this.entries.values()].map(view);
  }

  /** Throws LightdeckError `not_found`. */
  get(id: string): Target {
    return view(this.find(id));
  }

  /** Throws LightdeckError `invalid`, `conflict` where the host has its most, or what the store throws; then nothing was kept. */
  create(definition: TargetDefinition, mayBePrivate: boolean): Target {
    if (this.entries.size >= maxTargets)
      throw new LightdeckError(
        'conflict',
        `A host can tell ${maxTargets} targets, and this one does. Delete one first.`,
      );
    check(definition);
    const at = this.options.now();
    const times = { created_at: at, updated_at: at };
    const stored = { id: randomUUID(), definition, may_be_private: mayBePrivate, ...times };
    this.table.putTarget(stored);
    const entry = this.open(stored);
    this.options.onChange();
    return view(entry);
  }

  /** As `create`. Whether the address may be a private one is decided anew by whoever changes it. */
  change(id: string, changes: Partial<TargetDefinition>, mayBePrivate: boolean): Target {
    const entry = this.find(id);
    const { stored } = entry;
    const definition = { ...stored.definition, ...changes };
    check(definition);
    const next = {
      ...stored,
      definition,
      may_be_private: changes.url === undefined ? stored.may_be_private : mayBePrivate,
      updated_at: this.options.now(),
    };
    this.table.putTarget(next);
    entry.stored = next;
    entry.sender.retry();
    this.options.onChange();
    return view(entry);
  }

  /** With what waits for it. Throws LightdeckError `not_found`, or what the store throws; then it is still there. */
  async remove(id: string): Promise<void> {
    const { sender } = this.find(id);
    this.table.removeTarget(id);
    this.entries.delete(id);
    this.writes.forget(id);
    await sender.close();
    this.outbox.forget(id);
    this.options.onChange();
  }

  /** Throws LightdeckError `not_found`. */
  deliveries(id: string): Delivery[] {
    this.find(id);
    return this.table.deliveries(id);
  }

  /** Sends a test message at once, also in quiet hours and while it is switched off. Throws LightdeckError `not_found`, `busy`. */
  async test(id: string): Promise<AlertTest> {
    const entry = this.find(id);
    if (entry.isTesting) throw new LightdeckError('busy', 'A test of this target is under way already');
    entry.isTesting = true;
    const { now } = this.options;
    const begin = now();
    try {
      const letter = {
        id: randomUUID(),
        host: this.options.host,
        alerts: [testAlert(begin)],
        dropped: 0,
        sentAt: begin,
      };
      const outcome = await this.deliver(entry.stored, letter, { signal: this.abort.signal, now: begin });
      if (outcome.ok) entry.sender.retry();
      const problem = outcome.ok ? null : outcome.problem;
      return { ok: outcome.ok, status: outcome.status, problem, took: Math.max(0, now() - begin) };
    } finally {
      entry.isTesting = false;
    }
  }

  /** Something has happened: all who want to know are told, in time. Never throws. */
  tell(alert: Alert): void {
    if (this.isClosed) return;
    for (const { stored, sender } of this.entries.values()) {
      if (!wants(stored.definition, alert)) continue;
      this.outbox.push(stored.id, alert);
      sender.poke();
    }
  }

  /** Resolves when nothing is sent any more; what waits is on the disk, where that can be written. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.abort.abort();
    await Promise.all([...this.entries.values()].map(({ sender }) => sender.close()));
    this.outbox.close();
    this.writes.close();
  }

  private deliver(target: StoredTarget, letter: Letter, call: CourierCall): Promise<Outcome> {
    return (this.options.deliver ?? deliver)(target, letter, call);
  }

  private open(stored: StoredTarget): Entry {
    const { host, now, log, onChange } = this.options;
    const entry: Entry = {
      stored,
      isTesting: false,
      sender: new Sender({
        target: () => entry.stored,
        outbox: this.outbox,
        deliver: (...call) => this.deliver(...call),
        host,
        now,
        log,
        onDelivery: (delivery) => this.note(stored.id, delivery),
        onChange,
      }),
    };
    this.entries.set(stored.id, entry);
    return entry;
  }

  /** A list that can't be written is made up for by its newest entry alone. */
  private note(target: string, delivery: Omit<Delivery, 'id'>): void {
    this.writes.write(target, {
      work: () => this.table.transaction(() => this.table.addDelivery(target, delivery)),
      onFailed: () => {},
      onDone: () => this.options.onChange(),
    });
  }

  private find(id: string): Entry {
    const entry = this.entries.get(id);
    if (!entry) throw new LightdeckError('not_found', 'There is no such target of alerts');
    return entry;
  }
}

function check({ form, secret }: TargetDefinition): void {
  if (form === 'json' && secret === null)
    throw new LightdeckError('invalid', 'secret: must be given, since messages are signed with it');
}

function wants({ enabled, events, servers }: TargetDefinition, { event, server }: Alert): boolean {
  if (!enabled || (server !== null && servers !== null && !servers.includes(server.id))) return false;
  const wider = also[event];
  return events.includes(event) || (wider !== undefined && events.includes(wider));
}

function view({ stored, sender }: Entry): Target {
  const { definition, ...rest } = stored;
  const { url, secret, ...shown } = definition;
  return { ...shown, ...rest, address: maskedAddress(url), has_secret: secret !== null, state: sender.state };
}

const testAlert = (at: number): Alert => ({
  event: 'started',
  at,
  server: null,
  title: 'Test of alerts',
  detail: 'This is how you will be told what happens to your servers.',
});
