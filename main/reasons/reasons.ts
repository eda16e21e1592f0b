import { randomUUID } from 'node:crypto';
import { LightdeckError } from '../../shared/errors.ts';
import { shownCrashes } from '../../shared/http/crashes.ts';
import { type Crash, type CrashDetail, keptCrashes, keptHostNews } from '../../shared/model/crash.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { Servers, ServerView } from '../servers/contract.ts';
import type { RegistryEvent } from '../servers/registry/registry-event.ts';
import { DeferredWrite } from '../store/deferred-write.ts';
import type { StoreHealth } from '../store/health.ts';
import type { CauseEntry } from './causes/entry.ts';
import { crashOf, explainedCrash, isBornSeen } from './crash-of.ts';
import { type CrashTable, noDetail, type StoredCrash } from './crash-table.ts';
import { changesBefore, type EvidenceOptions, hostNewsMs, isVolumeFull, lastLines } from './evidence.ts';
import type { FigureRing } from './figure-ring.ts';
import type { HostDiary } from './host-diary.ts';
import { causeFinder } from './likely-cause.ts';

/** Reports that wait while the store takes none; of more the oldest are lost. */
const maxWaiting = 64;

type Ended = Extract<RegistryEvent, { type: 'ended' }>;

export interface ReasonsOptions extends EvidenceOptions {
  table: CrashTable;
  servers: Pick<Servers, 'get' | 'logs' | 'onEvent'>;
  figures: Pick<FigureRing, 'before' | 'forget'>;
  diary: Pick<HostDiary, 'around'>;
  catalogue: readonly CauseEntry[];
  /** As they are at this moment. */
  versions: () => CrashDetail['versions'];
  isKnown: (server: string) => boolean;
  onChange: (server: string) => void;
  /** A report was made. */
  onReport?: (crash: Crash) => void;
  health?: StoreHealth | undefined;
  log: Log;
}

/**
 * K1: a report of each end that nobody asked for, with what may explain it. Nothing waits for one: it is made when the server has gone on
 * already, and what can't be written waits in memory, bounded.
 */
export class Reasons {
  private readonly options: ReasonsOptions;
  private readonly scope = new Scope();
  private readonly findCause: ReturnType<typeof causeFinder>;
  private readonly writing: DeferredWrite;
  /** Not written yet, oldest first. */
  private waiting: StoredCrash[] = [];
  /** What is being made of a server's ends, one after the other. */
  private readonly queues = new Map<string, Promise<void>>();
  /** Servers that are there, as far as was heard of them. */
  private readonly met = new Set<string>();

  constructor(options: ReasonsOptions) {
    this.options = options;
    this.findCause = causeFinder(options.catalogue);
    this.writing = new DeferredWrite({
      what: 'crash reports',
      write: () => this.write(),
      health: options.health,
    });
    this.scope.add(options.servers.onEvent((event) => this.take(event)));
    this.removeOrphans();
  }

  /** A last try to write what waits. */
  close(): void {
    this.scope.close();
    this.writing.close();
  }

  /** Newest first. */
  list(server: string): Crash[] {
    const waiting = this.waiting.filter(({ crash }) => crash.server === server).map(({ crash }) => crash);
    return this.merged(waiting, this.options.table.of(server)).slice(0, keptCrashes);
  }

  /** Those that nobody has looked at, newest first. */
  unseen(): Crash[] {
    const waiting = this.waiting.map(({ crash }) => crash);
    const all = this.merged(waiting, this.options.table.unseen(shownCrashes));
    return all.filter(({ seen }) => !seen).slice(0, shownCrashes);
  }

  /** Throws LightdeckError `not_found`. */
  get(server: string, id: string): Crash {
    const crash = this.list(server).find((known) => known.id === id);
    if (!crash) throw new LightdeckError('not_found', 'There is no such crash report');
    return crash;
  }

  detail(id: string): CrashDetail {
    return (
      this.waiting.find(({ crash }) => crash.id === id)?.detail ?? this.options.table.detail(id) ?? noDetail
    );
  }

  /** It and all earlier ones of the server were looked at. Throws LightdeckError `not_found`, and what the store throws. */
  see(server: string, id: string): void {
    const { at } = this.get(server, id);
    this.options.table.see(server, id);
    this.waiting = this.waiting.map(({ crash, detail }) => ({
      detail,
      crash: crash.server === server && crash.at <= at ? { ...crash, seen: true } : crash,
    }));
    this.options.onChange(server);
  }

  /** Resolves when what has ended by now is on record, or waits for it. For tests. */
  async settled(): Promise<void> {
    await Promise.all(this.queues.values());
  }

  private merged(waiting: readonly Crash[], stored: readonly Crash[]): Crash[] {
    const ids = new Set(waiting.map(({ id }) => id));
    return [...waiting.toReversed(), ...stored.filter(({ id }) => !ids.has(id))];
  }

  private take(event: RegistryEvent): void {
    if (event.type === 'removed') this.forget(event.id);
    else if (event.type === 'changed') this.meet(event.summary.internal_id);
    if (event.type !== 'ended') return;
    const view = this.options.servers.get(event.id);
    if (!view) return;
    if (event.end.what === 'run' && event.end.by === 'wish' && !event.end.isCorrection) return;
    this.inTurn(event.id, () =>
      event.end.what === 'run' && event.end.isCorrection ? this.amend(event) : this.keep(event, view),
    );
  }

  private inTurn(server: string, work: () => Promise<void>): void {
    const turn = (this.queues.get(server) ?? Promise.resolve()).then(work).catch((error: unknown) => {
      this.options.log.error({ server, err: error }, 'a crash report could not be made');
    });
    this.queues.set(server, turn);
    void turn.finally(() => {
      if (this.queues.get(server) === turn) this.queues.delete(server);
    });
  }

  private async keep({ id: server, end, console }: Ended, view: ServerView): Promise<void> {
    const { diary, figures, versions } = this.options;
    const { definition } = view;
    const crash = crashOf(end, { id: randomUUID(), server });
    const [lines, isFull] = await Promise.all([
      lastLines(this.options, server, console),
      isVolumeFull(this.options, definition.volume_id),
    ]);
    const host = diary.around(crash.at, { beforeMs: hostNewsMs, most: keptHostNews });
    const found = explainedCrash(crash, { end, lines, isFull, host, findCause: this.findCause });
    if (!this.options.isKnown(server)) return;
    this.options.onReport?.(found);
    this.add({
      crash: { ...found, seen: isBornSeen(found) },
      detail: {
        is_thinned: false,
        tail: lines.join('\n'),
        figures: figures.before(server, crash.at),
        memory_limit: definition.limits.memory,
        host,
        changes: changesBefore(this.options, view, crash.at),
        image: definition.image,
        image_version: view.image_version,
        versions: versions(),
      },
    });
  }

  /** The engine has told late what an end came of. */
  private async amend({ id: server, end }: Ended): Promise<void> {
    if (end.what !== 'run') return;
    const known = this.list(server).find(({ at, kind }) => at === end.exit.at && kind !== 'start');
    if (!known) return;
    const detail = this.detail(known.id);
    const changed = crashOf(end, { id: known.id, server });
    const crash = { ...known, kind: changed.kind, oom: changed.oom, reason: changed.reason };
    const lines = detail.tail.split('\n');
    const { host } = detail;
    this.add({
      crash: explainedCrash(crash, { end, lines, isFull: false, host, findCause: this.findCause }),
      detail,
    });
  }

  private add(report: StoredCrash): void {
    this.waiting = [...this.waiting.filter(({ crash }) => crash.id !== report.crash.id), report];
    const lost = this.waiting.splice(0, this.waiting.length - maxWaiting).length;
    if (lost > 0)
      this.options.log.error({ lost }, 'crash reports were lost: the store took none for too long');
    this.writing.request();
    this.options.onChange(report.crash.server);
  }

  private write(): void {
    for (const report of [...this.waiting]) {
      this.options.table.put(report);
      this.waiting = this.waiting.filter((other) => other !== report);
    }
  }

  /** One that was not there before: if it was had back, it has brought its reports, and pages are to ask for them. */
  private meet(server: string): void {
    if (this.met.has(server)) return;
    this.met.add(server);
    this.options.onChange(server);
  }

  private forget(server: string): void {
    this.met.delete(server);
    this.waiting = this.waiting.filter(({ crash }) => crash.server !== server);
    this.options.figures.forget(server);
    try {
      // A deletion that isn't written down yet sets them aside when it is.
      if (!this.options.isKnown(server)) this.options.table.removeOf(server);
    } catch {
      // The next start removes them.
    }
  }

  /** Of servers that went while nothing could be written. */
  private removeOrphans(): void {
    const { table, isKnown, log } = this.options;
    try {
      for (const server of table.servers()) if (!isKnown(server)) table.removeOf(server);
    } catch (error) {
      log.warn({ err: error }, 'old crash reports could not be removed');
    }
  }
}
