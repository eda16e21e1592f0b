import Database from 'libsql';
import type { Store } from '../../main/store/contract.ts';
import type { StoreHealth } from '../../main/store/health.ts';
import type { SqliteStore } from '../../main/store/sqlite-store.ts';
import { storeFailure } from '../../main/store/store-failure.ts';

/** As SQLite tells them (faulty-store.test.ts compares them with the real ones). */
const faults = {
  SQLITE_FULL: { message: 'database or disk is full', rawCode: 13 },
  SQLITE_IOERR_WRITE: { message: 'disk I/O error', rawCode: 778 },
} as const;
export type FaultCode = keyof typeof faults;

export function sqliteFault(code: FaultCode): Error {
  const { message, rawCode } = faults[code];
  return new Database.SqliteError(message, code, rawCode);
}

/** What the store makes of it. */
function failureOf(fault: Error): Error {
  return storeFailure(fault) ?? fault;
}

/** Which writes fail: numbered from 1, both ends included. */
interface Plan {
  from: number;
  to: number;
  code: FaultCode;
}

/**
 * Lets writes of a real store fail. Reads never do, a write that fails changes nothing, and of a transaction it is the end that fails, as
 * with SQLite on a full disk.
 */
export class FaultyStore {
  /** To be given to what is tested. */
  readonly store: SqliteStore;
  /** Each write that was asked for, by its method: `servers.put`. */
  readonly writes: string[] = [];
  /** Those of them that failed. */
  readonly failed: string[] = [];
  private plan: Plan | null = null;
  private depth = 0;
  /** A write inside the transaction under way was to fail. */
  private doomed: FaultCode | null = null;

  private readonly health: StoreHealth | null;

  /** `health` is told what a store would tell it, and its probe fails as long as writes do. The real store gets none. */
  constructor(real: SqliteStore, health: StoreHealth | null = null) {
    this.health = health;
    this.store = this.wrap(real);
    health?.probeWith(() => {
      const code = this.dueAt(this.writes.length + 1);
      if (code !== null) throw failureOf(sqliteFault(code));
    });
  }

  /** Every write from the `nth` (counted from the beginning; default: the next) on fails, until `recover`. */
  failFrom(nth: number = this.writes.length + 1, code: FaultCode = 'SQLITE_FULL'): void {
    this.plan = { from: nth, to: Number.POSITIVE_INFINITY, code };
  }

  /** Only the `nth` write fails. */
  failOnly(nth: number, code: FaultCode = 'SQLITE_FULL'): void {
    this.plan = { from: nth, to: nth, code };
  }

  /** Works again. */
  recover(): void {
    this.plan = null;
  }

  /** How the write of this number fails, null if it doesn't. */
  private dueAt(count: number): FaultCode | null {
    const { plan } = this;
    return plan !== null && count >= plan.from && count <= plan.to ? plan.code : null;
  }

  private check(name: string): void {
    this.writes.push(name);
    const code = this.dueAt(this.writes.length);
    if (code === null) return;
    this.failed.push(name);
    if (this.depth > 0) this.doomed = code;
    else this.throwFault(code);
  }

  private throwFault(code: FaultCode): never {
    const fault = sqliteFault(code);
    this.health?.reportFailure(fault, 'database');
    throw failureOf(fault);
  }

  private transaction<T>(real: Store, work: () => T): T {
    const result = real.transaction(() => {
      this.depth += 1;
      try {
        const done = work();
        if (this.depth === 1 && this.doomed !== null) this.throwFault(this.doomed);
        return done;
      } finally {
        this.depth -= 1;
        if (this.depth === 0) this.doomed = null;
      }
    });
    if (this.depth === 0) this.health?.reportSuccess();
    return result;
  }

  private wrap(real: SqliteStore): SqliteStore {
    const write =
      <A extends unknown[], R>(name: string, act: (...parts: A) => R) =>
      (...parts: A): R => {
        this.check(name);
        const result = act(...parts);
        if (this.depth === 0) this.health?.reportSuccess();
        return result;
      };
    const { servers, volumes, ports, tokens, sessions, usage, audit, sftpLogins } = real;
    return {
      hostId: real.hostId,
      servers: {
        ...servers,
        put: write('servers.put', servers.put),
        remove: write('servers.remove', servers.remove),
      },
      volumes: {
        ...volumes,
        put: write('volumes.put', volumes.put),
        remove: write('volumes.remove', volumes.remove),
      },
      ports: {
        ...ports,
        add: write('ports.add', ports.add),
        claim: write('ports.claim', ports.claim),
        release: write('ports.release', ports.release),
        releaseOne: write('ports.releaseOne', ports.releaseOne),
        reserve: write('ports.reserve', ports.reserve),
        remove: write('ports.remove', ports.remove),
      },
      tokens: {
        ...tokens,
        add: write('tokens.add', tokens.add),
        consume: write('tokens.consume', tokens.consume),
        remove: write('tokens.remove', tokens.remove),
        purge: write('tokens.purge', tokens.purge),
      },
      sessions: {
        ...sessions,
        put: write('sessions.put', sessions.put),
        remove: write('sessions.remove', sessions.remove),
        purge: write('sessions.purge', sessions.purge),
      },
      usage: {
        ...usage,
        record: write('usage.record', usage.record),
        rename: write('usage.rename', usage.rename),
        remove: write('usage.remove', usage.remove),
        rollUp: write('usage.rollUp', usage.rollUp),
        prune: write('usage.prune', usage.prune),
      },
      audit: {
        ...audit,
        append: write('audit.append', audit.append),
        prune: write('audit.prune', audit.prune),
      },
      sftpLogins: {
        ...sftpLogins,
        put: write('sftpLogins.put', sftpLogins.put),
        remove: write('sftpLogins.remove', sftpLogins.remove),
      },
      tables: (schema) => {
        const tables = real.tables(schema);
        return {
          all: tables.all,
          run: write(`${schema.room}.run`, tables.run),
          transaction: (work) => this.transaction(real, work),
        };
      },
      transaction: (work) => this.transaction(real, work),
      close: () => real.close(),
    };
  }
}
