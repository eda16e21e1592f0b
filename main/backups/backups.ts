import { LightdeckError } from '../../shared/errors.ts';
import type { Backup, KeepRules } from '../../shared/model/backup.ts';
import { MiB } from '../../shared/units.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { Archives } from '../files/archives/archives.ts';
import type { Jail } from '../files/contract.ts';
import { Emitter } from '../lib/emitter.ts';
import type { Log } from '../lib/log.ts';
import type { OperationRun, Operations, StartedOperation } from '../operations/operations.ts';
import { existingServer } from '../servers/existing-server.ts';
import type {
  SnapshotInfo,
  SnapshotKind,
  SnapshotSource,
  SnapshotStore,
  SnapshotTarget,
} from '../snapshots/contract.ts';
import { expiredPoints, type KeepPlan, keepPlan } from '../snapshots/keep-plan.ts';
import type { VolumeManager } from '../volumes/contract.ts';
import type { ArchiveRestoreRequest, BackupRequest, Backups, RestoreRequest } from './contract.ts';
import type { Freezer } from './freeze.ts';
import type { BackupMemory } from './memory.ts';
import { describe, knownMeta } from './meta.ts';
import type { NewServerRequest, NewServers } from './new-server.ts';
import { asSnapshotRun } from './progress.ts';
import type { Rehearsals } from './rehearsals.ts';
import { Restores } from './restores.ts';
import { type BackupServers, whileAtRest } from './server-rest.ts';
import { ServerWork } from './server-work.ts';
import type { StorePlace } from './store-place.ts';
import { takeSnapshot } from './take.ts';

export interface BackupsOptions {
  servers: BackupServers;
  volumes: Pick<VolumeManager, 'get' | 'ready' | 'usage' | 'occupy'>;
  place: StorePlace;
  /** Of a volume: where a snapshot is read from, and restored to; and its files. */
  source: (volumeId: string) => SnapshotSource;
  target: (volumeId: string) => SnapshotTarget;
  jail: (volumeId: string) => Jail;
  /** Of other panels. */
  archives: Pick<Archives, 'look' | 'extract'>;
  /** `signal` ends with the backups. */
  freezer: (signal: AbortSignal) => Freezer;
  memory: BackupMemory;
  rehearsals: Pick<Rehearsals, 'run' | 'close'>;
  newServers: NewServers;
  operations: Pick<Operations, 'start'>;
  news: Pick<HostNews, 'changed'>;
  /** Unix milliseconds. */
  now: () => number;
  /** IANA: where days begin, for the rules. */
  zone: () => string;
  /** MiB a second that a backup reads of a server's files at most; 0: no bound. */
  readRate: () => number;
  log: Log;
}

export class HostBackups implements Backups {
  private readonly options: BackupsOptions;
  private readonly work: ServerWork;
  private readonly freezer: Freezer;
  private readonly restores: Restores;
  private readonly end = new AbortController();
  private readonly stopListening: () => void;
  private readonly made: Emitter<{ server: string; backup: string }>;

  constructor(options: BackupsOptions) {
    this.options = options;
    this.work = new ServerWork(options);
    this.freezer = options.freezer(this.end.signal);
    this.made = new Emitter((error) =>
      options.log.error({ error: String(error) }, 'what follows a backup failed'),
    );
    this.stopListening = options.servers.onEvent(() => this.recover());
    this.recover();
    this.restores = new Restores({
      ...options,
      work: this.work,
      store: () => this.store(),
      find: (server, id) => this.find(server, id),
      point: (server, note, run) => this.take(server, { kind: 'restore_point', note }, run),
    });
    this.restores.goOn();
  }

  /** Nothing begins by itself any more. What is under way are operations, which end by themselves. */
  close(): void {
    this.stopListening();
    this.options.rehearsals.close();
    this.end.abort();
  }

  /** What a host before this one held still goes on, as soon as it is known whether it still runs. */
  private recover(): void {
    const { servers, log } = this.options;
    try {
      this.freezer.recover((id) => servers.get(id)?.state !== 'unknown');
    } catch (error) {
      log.warn({ error: String(error) }, 'it could not be read which servers hold still for a backup');
    }
  }

  /** Told of each backup that was made (no restore points), when it is whole. Returns the disposer. */
  onMade(listener: (made: { server: string; backup: string }) => void): () => void {
    return this.made.on(listener);
  }

  get place(): StorePlace {
    return this.options.place;
  }

  get memory(): BackupMemory {
    return this.options.memory;
  }

  store(): Promise<SnapshotStore> {
    return this.options.place.store();
  }

  async list(server: string): Promise<Backup[]> {
    const rehearsals = this.options.memory.rehearsals(server);
    const own = await this.snapshots(server);
    return own.map((info) => describe(info, rehearsals.get(info.id) ?? null));
  }

  /** Throws LightdeckError `not_found`, also for one of another server. */
  async find(server: string, id: string): Promise<SnapshotInfo> {
    const info = (await this.snapshots(server)).find((one) => one.id === id);
    if (!info) throw new LightdeckError('not_found', 'There is no such backup of this server (any more)');
    return info;
  }

  make(server: string, { note, stop, by }: BackupRequest): StartedOperation {
    const { servers } = this.options;
    const title = `Back up ${existingServer(servers, server).definition.name}`;
    return this.work.begin(server, { kind: 'backup', title, by }, async (run) => {
      await servers.whenReconciled();
      const take = (): Promise<SnapshotInfo> => this.takeReady(server, { kind: 'backup', note }, run);
      const info = stop
        ? await whileAtRest(servers, { id: server, stop, by, signal: run.signal }, take)
        : await take();
      await this.keep(server, run);
      this.made.emit({ server, backup: info.id });
      return { backup: this.shown(info) };
    });
  }

  restorePoint(server: string, note: string, run: OperationRun): Promise<Backup> {
    return this.work.within(server, 'a restore point is made', async () =>
      this.shown(await this.takeReady(server, { kind: 'restore_point', note }, run)),
    );
  }

  restore(server: string, backup: string, request: RestoreRequest): StartedOperation {
    return this.restores.restore(server, backup, request);
  }

  restoreArchive(server: string, request: ArchiveRestoreRequest): StartedOperation {
    return this.restores.restoreArchive(server, request);
  }

  restoreAsServer(
    server: string,
    backup: string,
    request: NewServerRequest & { by: string },
  ): StartedOperation {
    const { newServers } = this.options;
    const title = `Make the server ${request.name} of a backup`;
    return this.work.begin(server, { kind: 'restore as new', title, by: request.by }, async (run) => {
      const info = await this.find(server, backup);
      await newServers.make(info, knownMeta(info), request, { store: await this.store(), run });
      return { internal_id: request.internal_id };
    });
  }

  remove(server: string, backups: string[], by: string): StartedOperation {
    const needed = this.needed(server);
    if (backups.some((id) => needed.has(id))) throw stillNeeded();
    const title = backups.length === 1 ? 'Delete a backup' : `Delete ${backups.length} backups`;
    return this.work.begin(server, { kind: 'delete backups', title, by }, async (run) => {
      for (const id of backups) await this.find(server, id);
      const { freed } = await this.forget(backups, run);
      return { freed };
    });
  }

  check(server: string, backup: string, by: string): StartedOperation {
    return this.work.begin(server, { kind: 'check backup', title: 'Check a backup', by }, async (run) => {
      const { id } = await this.find(server, backup);
      const store = await this.store();
      const report = await store.check([id], asSnapshotRun(run), (source) => this.living(source));
      return { ...report };
    });
  }

  rehearse(server: string, backup: string, by: string): StartedOperation {
    const { memory, now, rehearsals } = this.options;
    return this.work.begin(
      server,
      { kind: 'rehearse backup', title: 'Rehearse a backup', by },
      async (run) => {
        const info = await this.find(server, backup);
        const store = await this.store();
        const end = await rehearsals.run(info, knownMeta(info), store, run);
        const rehearsal = { ...end, at: now() };
        memory.putRehearsal(server, info.id, rehearsal);
        if (!end.ok)
          throw new LightdeckError('conflict', `The server did not start from this backup. ${end.words}`);
        await store.markRehearsed(info.id, rehearsal.at);
        return { rehearsal };
      },
    );
  }

  async plan(server: string, rules: KeepRules): Promise<KeepPlan> {
    const own = await this.snapshots(server);
    const backups = own.filter(({ kind }) => kind === 'backup');
    const { keep, remove } = keepPlan(backups, rules, this.options.zone());
    return { keep, remove: this.spare(server, [...remove, ...this.expired(own)]) };
  }

  /** Without those that nothing else could put the server's files right from. */
  private spare(server: string, ids: string[]): string[] {
    const needed = this.needed(server);
    return ids.filter((id) => !needed.has(id));
  }

  /** What a restore that has not come to its end is finished or undone from, however old it is (A31). */
  private needed(server: string): Set<string> {
    const begun = this.options.memory.restores().filter((one) => one.server === server);
    return new Set(begun.flatMap(({ backup, restore_point }) => [backup, restore_point]));
  }

  private expired(own: readonly SnapshotInfo[]): string[] {
    return expiredPoints(
      own.filter(({ kind }) => kind === 'restore_point'),
      this.options.now(),
    );
  }

  private async snapshots(server: string): Promise<SnapshotInfo[]> {
    const store = await this.store();
    return (await store.list()).filter(({ source }) => source === server);
  }

  private shown(info: SnapshotInfo): Backup {
    return describe(info, null);
  }

  private async takeReady(
    server: string,
    about: { kind: SnapshotKind; note: string },
    run: OperationRun,
  ): Promise<SnapshotInfo> {
    const { servers, volumes } = this.options;
    await volumes.ready(existingServer(servers, server).definition.volume_id);
    return this.take(server, about, run);
  }

  private async take(
    server: string,
    about: { kind: SnapshotKind; note: string },
    run: OperationRun,
  ): Promise<SnapshotInfo> {
    const { freezer } = this;
    const { servers, volumes, source, news } = this.options;
    const view = existingServer(servers, server);
    const info = await takeSnapshot(view, about, {
      store: await this.store(),
      volumes,
      source,
      freezer,
      run,
      rate: this.options.readRate() * MiB || undefined,
    });
    news.changed('backups', server);
    return info;
  }

  /** What the rules say is deleted, and restore points that have had their time, goes after each backup. A failure of that is told in the log, and is none of the backup. */
  private async keep(server: string, run: OperationRun): Promise<void> {
    const { memory, log } = this.options;
    const rules = memory.rules(server);
    try {
      const remove = rules
        ? (await this.plan(server, rules)).remove
        : this.spare(server, this.expired(await this.snapshots(server)));
      if (remove.length > 0) await this.forget(remove, run);
    } catch (error) {
      log.warn({ server, error: String(error) }, 'old backups could not be deleted');
    }
  }

  private async forget(ids: string[], run: OperationRun): Promise<{ freed: number }> {
    const { freed } = await (await this.store()).remove(ids, asSnapshotRun(run));
    this.options.memory.forget(ids);
    return { freed };
  }

  /** The files of a server that is there, to make damaged blocks good from. */
  private living(server: string): SnapshotSource | null {
    const view = this.options.servers.get(server);
    return view && this.options.source(view.definition.volume_id);
  }
}

const stillNeeded = (): LightdeckError =>
  new LightdeckError(
    'conflict',
    'a restore has not come to its end, and this is what its files can be put right from: restore it, or another backup, first',
  );
