import { randomBytes } from 'node:crypto';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { Backup, KeepRules } from '../../shared/model/backup.ts';
import type { BackupCopy, CopyTarget } from '../../shared/model/backup-copy.ts';
import type { HostNews } from '../feature/host-news.ts';
import { Limiter } from '../lib/limiter.ts';
import type { Log } from '../lib/log.ts';
import type { OperationRun, Operations, StartedOperation } from '../operations/operations.ts';
import type { CopyPlace, SnapshotInfo } from '../snapshots/contract.ts';
import { keepPlan } from '../snapshots/keep-plan.ts';
import type { SftpPlaceOptions } from '../snapshots/sftp-place.ts';
import type { HostBackups } from './backups.ts';
import type { CopySecret, CopyTable, StoredTarget } from './copy-table.ts';
import { describe } from './meta.ts';
import { OwedCopies } from './owed-copies.ts';
import { asSnapshotRun } from './progress.ts';

export interface BackupCopiesOptions {
  backups: Pick<HostBackups, 'store' | 'find' | 'list' | 'onMade'>;
  table: CopyTable;
  open: (options: SftpPlaceOptions) => Promise<CopyPlace>;
  /** The key that a server shows. */
  look: (server: { host: string; port: number }) => Promise<string>;
  operations: Pick<Operations, 'start'>;
  news: Pick<HostNews, 'changed'>;
  /** Unix milliseconds. */
  now: () => number;
  /** IANA: where days begin, for the rules. */
  zone: () => string;
  log: Log;
}

export interface NewTarget extends Omit<CopyTarget, 'id' | 'auth'> {
  secret: CopySecret;
}

/** More are refused: each backup may be copied to all of them. */
const maxTargets = 10;

/**
 * Copies of backups on SFTP servers. What takes long is an operation; those with one server come one after the other. One that was cut short goes on
 * where it was when it is begun again, since what has arrived is not sent again.
 */
export class BackupCopies {
  private readonly options: BackupCopiesOptions;
  private readonly turns = new Map<string, Limiter>();
  private readonly owed: OwedCopies;
  private readonly stopListening: () => void;

  constructor(options: BackupCopiesOptions) {
    this.options = options;
    this.owed = new OwedCopies({
      ...options,
      targets: () => this.targets(),
      isHere: async ({ server, backup }) =>
        (await options.backups.list(server)).some(({ id }) => id === backup),
      copy: ({ server, backup, target }) => this.copy(server, backup, target, 'host'),
    });
    this.stopListening = options.backups.onMade((made) => this.owed.made(made));
  }

  close(): void {
    this.stopListening();
    this.owed.close();
  }

  targets(): CopyTarget[] {
    return this.options.table.targets().map(({ target }) => target);
  }

  copies(server: string): BackupCopy[] {
    return this.options.table.copies(server);
  }

  look(server: { host: string; port: number }): Promise<string> {
    return this.options.look(server);
  }

  /** Throws LightdeckError as `test` does, `conflict` where there are too many; then nothing is added. */
  async add({ secret, ...target }: NewTarget): Promise<CopyTarget> {
    if (this.targets().length >= maxTargets)
      throw new LightdeckError('conflict', `There are ${maxTargets} already: remove one first`);
    const auth = 'password' in secret ? 'password' : 'key';
    const stored = { target: { ...target, id: randomBytes(6).toString('hex'), auth }, secret } as const;
    await this.tryOut(stored);
    this.put(stored);
    return stored.target;
  }

  /** Throws LightdeckError `not_found`; where it would log in otherwise, as `test` does, and then it stays as it was. */
  async change(
    id: string,
    change: Partial<Pick<CopyTarget, 'name' | 'automatic' | 'keep' | 'fingerprint'>>,
    secret: CopySecret | null,
  ): Promise<CopyTarget> {
    const before = this.find(id);
    const used = secret ?? before.secret;
    const auth = 'password' in used ? 'password' : 'key';
    const stored = { target: { ...before.target, ...change, auth }, secret: used } as const;
    if (secret !== null || change.fingerprint !== undefined) await this.tryOut(stored);
    this.put(stored);
    return stored.target;
  }

  remove(id: string): void {
    this.find(id);
    this.options.table.remove(id);
    this.options.news.changed('backups', null);
  }

  /** Writes a file, reads it back and removes it. How many copies are there. Throws LightdeckError in words. */
  test(id: string): Promise<number> {
    return this.tryOut(this.find(id));
  }

  /** What lies there, newest first: of one server, or (null) of all. */
  async listThere(target: string, server: string | null): Promise<Backup[]> {
    const found = await this.found(target);
    return found
      .filter(({ source }) => server === null || source === server)
      .map((info) => describe(info, null));
  }

  /** What the rules would remove there, newest first, and how many copies would stay. */
  async plan(target: string, rules: KeepRules): Promise<{ remove: Backup[]; kept: number }> {
    const found = await this.found(target);
    const going = copiesBeyond(found, rules, this.options.zone());
    const remove = found.filter(({ id }) => going.has(id)).map((info) => describe(info, null));
    return { remove, kept: found.length - remove.length };
  }

  /** Removes what the place's rules don't keep of all servers there, and what is left of copies that were cut short. */
  tidy(target: string, by: string): StartedOperation {
    const about = { server: null, target, by, kind: 'tidy copies', title: 'Remove old copies' };
    return this.begin(about, (place, run) => this.removeOld(target, null, { place, run }));
  }

  private found(target: string): Promise<SnapshotInfo[]> {
    const { signal } = new AbortController();
    return this.withPlace(this.find(target), (place) => this.listIn(place, { target, signal }));
  }

  /** What lies in a target's place. What was copied there and has gone since, by whomever, is no copy any more. */
  private async listIn(
    place: CopyPlace,
    { target, signal }: { target: string; signal: AbortSignal },
  ): Promise<SnapshotInfo[]> {
    const { backups, table, news } = this.options;
    const known = table.copiesAt(target);
    const found = await (await backups.store()).copies(place, signal);
    const there = new Set(found.map(({ id }) => id));
    for (const { backup, server, at } of known) {
      // One that can't be read is there, and can be deleted.
      if (there.has(backup) || (await place.size(`snapshots/${backup}.json`)) !== null) continue;
      // It was copied anew meanwhile.
      if (!table.copiesAt(target).some((copy) => copy.backup === backup && copy.at === at)) continue;
      table.removeCopies(target, [backup]);
      news.changed('backups', server);
    }
    return found;
  }

  /** Of one server, or (null) of all. */
  private async removeOld(
    target: string,
    server: string | null,
    { place, run }: { place: CopyPlace; run: OperationRun },
  ): Promise<{ removed: number; freed: number }> {
    const { backups, table, zone, news } = this.options;
    // As they are now: this one may have waited for its turn.
    const { keep } = this.find(target).target;
    const store = await backups.store();
    const found = await this.listIn(place, { target, signal: run.signal });
    const own = found.filter(({ source }) => server === null || source === server);
    const ids = keep === null ? [] : [...copiesBeyond(own, keep, zone())];
    if (server !== null && ids.length === 0) return { removed: 0, freed: 0 };
    const { freed } = await store.removeCopies(ids, place, asSnapshotRun(run));
    table.removeCopies(target, ids);
    news.changed('backups', server);
    return { removed: ids.length, freed };
  }

  copy(server: string, backup: string, target: string, by: string): StartedOperation {
    const { backups, table, now, news, log } = this.options;
    return this.begin(
      { server, target, by, kind: 'copy backup', title: 'Copy a backup' },
      async (place, run) => {
        const { id } = await backups.find(server, backup);
        const sent = await (await backups.store()).copy(id, place, asSnapshotRun(run));
        table.putCopy(server, { backup: id, target, at: now() });
        table.removeOwed({ backup: id, target });
        news.changed('backups', server);
        await this.removeOld(target, server, { place, run }).catch((error: unknown) =>
          // The copy is there all the same.
          log.warn({ target, error: errorText(error) }, 'old copies could not be removed'),
        );
        return { ...sent };
      },
    );
  }

  check(server: string, backup: string, target: string, by: string): StartedOperation {
    const { backups } = this.options;
    return this.begin(
      { server, target, by, kind: 'check copy', title: 'Check a copy' },
      async (place, run) => ({
        ...(await (await backups.store()).checkCopy(backup, place, asSnapshotRun(run))),
      }),
    );
  }

  fetch(server: string, backup: string, target: string, by: string): StartedOperation {
    const { backups, news } = this.options;
    return this.begin(
      { server, target, by, kind: 'fetch backup', title: 'Bring a copy back' },
      async (place, run) => {
        const store = await backups.store();
        const found = await this.listIn(place, { target, signal: run.signal });
        if (found.find(({ id }) => id === backup)?.source !== server) throw noSuchCopy();
        const read = await store.fetch(backup, place, asSnapshotRun(run));
        news.changed('backups', server);
        return { ...read };
      },
    );
  }

  /** A43: one copy, also one that can't be read any more, where this host made it. */
  removeCopy(server: string, backup: string, target: string, by: string): StartedOperation {
    const { backups, table, news } = this.options;
    return this.begin(
      { server, target, by, kind: 'delete copy', title: 'Delete a copy' },
      async (place, run) => {
        const store = await backups.store();
        const found = (await store.copies(place, run.signal)).find(({ id }) => id === backup);
        const isOwn = found
          ? found.source === server
          : table.copies(server).some((copy) => copy.backup === backup && copy.target === target);
        if (!isOwn) throw noSuchCopy();
        const { freed } = await store.removeCopies([backup], place, asSnapshotRun(run));
        table.removeCopies(target, [backup]);
        news.changed('backups', server);
        return { freed };
      },
    );
  }

  private begin(
    about: { server: string | null; target: string; by: string; kind: string; title: string },
    work: (place: CopyPlace, run: OperationRun) => Promise<Record<string, unknown>>,
  ): StartedOperation {
    const stored = this.find(about.target);
    const { server: container, kind, by } = about;
    const title = `${about.title} (${stored.target.name})`;
    return this.options.operations.start({
      kind,
      container,
      title,
      scope: container === null ? 'system' : 'backups',
      by,
      run: (run) =>
        this.inTurn(about.target, run, () => this.withPlace(stored, (place) => work(place, run), run.signal)),
    });
  }

  private inTurn<T>(target: string, { signal, progress }: OperationRun, work: () => Promise<T>): Promise<T> {
    const turns = this.turns.get(target) ?? new Limiter(1);
    this.turns.set(target, turns);
    if (turns.running > 0)
      progress({ phase: 'waiting', current: 0, total: null, text: 'Waiting for the copy before it' });
    return new Promise((resolve, reject) => {
      let drop = (): boolean => false;
      const onAbort = (): void => {
        if (drop()) reject(signal.reason);
      };
      drop = turns.add(() => {
        signal.removeEventListener('abort', onAbort);
        return work().then(resolve, reject);
      });
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  private async tryOut(stored: StoredTarget): Promise<number> {
    const { signal } = new AbortController();
    return this.withPlace(stored, async (place) => {
      const [name, content] = [`lightdeck-test-${randomBytes(6).toString('hex')}`, randomBytes(1000)];
      const pieces = async function* (): AsyncGenerator<Uint8Array> {
        yield content;
      };
      await place.put(name, pieces(), signal);
      const back: Uint8Array[] = [];
      for await (const chunk of place.get(name, signal)) back.push(chunk);
      await place.remove(name);
      if (!Buffer.concat(back).equals(content))
        throw new LightdeckError(
          'conflict',
          `${stored.target.host} gives back something else than was written`,
        );
      return (await place.list('snapshots')).filter((file) => /^[^.]+\.json$/.test(file)).length;
    });
  }

  /** What the server says no to is told in words. */
  private async withPlace<T>(
    { target, secret }: StoredTarget,
    work: (place: CopyPlace) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { host, port, username, folder, fingerprint } = target;
    const login =
      'password' in secret
        ? { password: secret.password }
        : {
            privateKey: secret.private_key,
            ...(secret.passphrase !== undefined && { passphrase: secret.passphrase }),
          };
    try {
      const place = await this.options.open({
        host,
        port,
        username,
        folder,
        fingerprint,
        ...login,
        ...(signal && { signal }),
      });
      try {
        return await work(place);
      } finally {
        await place.close();
      }
    } catch (error) {
      signal?.throwIfAborted();
      // A token is right here, whatever the far server says of its user.
      if (error instanceof LightdeckError && error.code !== 'unauthorized') throw error;
      if (error instanceof Error && error.name === 'AbortError') throw error;
      throw new LightdeckError('conflict', `${target.name} (${host}): ${errorText(error)}`, { cause: error });
    }
  }

  private put(stored: StoredTarget): void {
    this.options.table.put(stored);
    this.options.news.changed('backups', null);
  }

  private find(id: string): StoredTarget {
    const found = this.options.table.targets().find(({ target }) => target.id === id);
    if (!found) throw new LightdeckError('not_found', 'There is no such place for copies (any more)');
    return found;
  }
}

const noSuchCopy = (): LightdeckError =>
  new LightdeckError('not_found', 'There is no copy of a backup of this server there by that id (any more)');

/** Which copies the rules don't keep, each server's by themselves. Restore points and the like were copied by hand, and stay. */
function copiesBeyond(found: readonly SnapshotInfo[], rules: KeepRules, zone: string): Set<string> {
  const backups = found.filter(({ kind }) => kind === 'backup');
  const servers = new Set(backups.map(({ source }) => source));
  return new Set(
    [...servers].flatMap(
      (server) =>
        keepPlan(
          backups.filter(({ source }) => source === server),
          rules,
          zone,
        ).remove,
    ),
  );
}
