import { keptRuns, type Run } from '../../shared/model/run.ts';
import { hasCrashed } from '../../shared/model/server.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { Servers } from '../servers/contract.ts';
import type { RegistryEvent } from '../servers/registry/registry-event.ts';
import { DeferredWrite } from '../store/deferred-write.ts';
import type { StoreHealth } from '../store/health.ts';
import type { RunTable } from './run-table.ts';

export interface RunsOptions {
  table: RunTable;
  servers: Pick<Servers, 'onEvent'>;
  isKnown: (server: string) => boolean;
  onChange: (server: string) => void;
  health?: StoreHealth | undefined;
  log: Log;
}

type Ended = Extract<RegistryEvent, { type: 'ended' }>;

/** A42: which run printed which part of a console, and how each ended. What can't be written waits in memory, which the number of servers bounds. */
export class Runs {
  private readonly options: RunsOptions;
  private readonly scope = new Scope();
  private readonly writing: DeferredWrite;
  /** Newest first; of servers of which something was asked or has happened. */
  private readonly known = new Map<string, Run[]>();
  private readonly unwritten = new Set<string>();

  constructor(options: RunsOptions) {
    this.options = options;
    this.writing = new DeferredWrite({
      what: 'the runs of servers',
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
  list(server: string): readonly Run[] {
    const known = this.known.get(server);
    if (known) return known;
    const runs = this.options.table.of(server);
    this.known.set(server, runs);
    return runs;
  }

  private take(event: RegistryEvent): void {
    if (event.type === 'removed') this.forget(event.id);
    else if (event.type === 'began')
      this.add(event.id, {
        started_at: event.at,
        from: event.from,
        ended_at: null,
        to: null,
        reason: null,
        has_crashed: false,
      });
    else if (event.type === 'ended') this.end(event);
  }

  private end({ id, end, console: { from, to } }: Ended): void {
    if (end.what === 'install') return;
    const [newest, ...older] = this.list(id);
    const ended =
      end.what === 'run'
        ? { ended_at: end.exit.at, reason: end.exit.reason, has_crashed: hasCrashed(end.exit) }
        : { ended_at: end.at, reason: end.reason, has_crashed: true };
    if (end.what === 'run' && end.isCorrection) {
      // What was told before, in better words; nothing new has ended.
      if (newest?.ended_at === ended.ended_at) this.put(id, [{ ...newest, ...ended }, ...older]);
      return;
    }
    const startedAt = end.what === 'run' ? end.startedAt : null;
    if (newest && newest.ended_at === null)
      this.put(id, [{ ...newest, ...ended, to, started_at: newest.started_at ?? startedAt }, ...older]);
    else this.add(id, { started_at: startedAt, from, to, ...ended });
  }

  private add(server: string, run: Run): void {
    this.put(server, [run, ...this.list(server)]);
  }

  private put(server: string, runs: Run[]): void {
    if (!this.options.isKnown(server)) return;
    this.known.set(server, runs.slice(0, keptRuns));
    this.unwritten.add(server);
    this.writing.request();
    this.options.onChange(server);
  }

  private write(): void {
    for (const server of [...this.unwritten]) {
      this.options.table.put(server, this.known.get(server) ?? []);
      this.unwritten.delete(server);
    }
  }

  private forget(server: string): void {
    this.known.delete(server);
    this.unwritten.delete(server);
    try {
      this.options.table.remove(server);
    } catch {
      // The next start removes them.
    }
  }

  /** Of servers that went while nothing could be written. */
  private removeOrphans(): void {
    const { table, isKnown, log } = this.options;
    try {
      for (const server of table.servers()) if (!isKnown(server)) table.remove(server);
    } catch (error) {
      log.warn({ err: error }, 'the runs of servers that are gone could not be removed');
    }
  }
}
