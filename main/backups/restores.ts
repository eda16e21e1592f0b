import { errorText } from '../../shared/error-text.ts';
import { LightdeckError, toLightdeckError } from '../../shared/errors.ts';
import { isResting } from '../../shared/model/server.ts';
import type { Archives } from '../files/archives/archives.ts';
import type { Jail, UserPath } from '../files/contract.ts';
import type { Log } from '../lib/log.ts';
import type { OperationRun, StartedOperation } from '../operations/operations.ts';
import { existingServer } from '../servers/existing-server.ts';
import type { SnapshotInfo, SnapshotStore, SnapshotTarget } from '../snapshots/contract.ts';
import type { VolumeManager } from '../volumes/contract.ts';
import type { ArchiveRestoreRequest, RestoreRequest } from './contract.ts';
import type { BackupMemory, BegunRestore } from './memory.ts';
import { checkRoom, clearAway, restoreFiles } from './restore-files.ts';
import { type BackupServers, whileAtRest } from './server-rest.ts';
import type { ServerWork } from './server-work.ts';
import { halfRestored } from './whole-volumes.ts';

export interface RestoresOptions {
  servers: BackupServers;
  volumes: Pick<VolumeManager, 'usage' | 'occupy'>;
  /** Of a volume. */
  target: (volumeId: string) => SnapshotTarget;
  jail: (volumeId: string) => Jail;
  archives: Pick<Archives, 'look' | 'extract'>;
  memory: BackupMemory;
  work: ServerWork;
  store: () => Promise<SnapshotStore>;
  find: (server: string, backup: string) => Promise<SnapshotInfo>;
  /** Makes a restore point of the server as it is. */
  point: (server: string, note: string, run: OperationRun) => Promise<SnapshotInfo>;
  log: Log;
}

/** How a server's files are replaced. */
interface Replacement {
  server: string;
  title: string;
  stop: boolean;
  by: string;
  /** Looks whether it can be at all; nothing is changed yet. What it gives goes to `put`. */
  check: (volume: string, run: OperationRun) => Promise<Plan>;
}

interface Plan {
  /** Of the restore point. */
  note: string;
  /** All files are others afterwards, or gone. */
  isWhole: boolean;
  /** What a host goes on with after it was killed in between; null: with the restore point, which undoes it. */
  resume: Pick<BegunRestore, 'backup' | 'paths'> | null;
  put: (run: OperationRun) => Promise<Record<string, unknown>>;
}

/** `2026-11-30 08:06 UTC` */
const minuteOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** A31, A39: what puts other files in the place of a server's: at rest, after a restore point, from which one that fails is undone. */
export class Restores {
  private readonly options: RestoresOptions;

  constructor(options: RestoresOptions) {
    this.options = options;
  }

  restore(server: string, backup: string, { paths, stop, by }: RestoreRequest): StartedOperation {
    const { servers, volumes, find } = this.options;
    const title = `Restore ${existingServer(servers, server).definition.name}`;
    const check: Replacement['check'] = async (volume) => {
      const info = await find(server, backup);
      if (paths === null) checkRoom(info, await volumes.usage(volume));
      return {
        note: `Before the backup of ${minuteOf(info.at)} was restored`,
        isWhole: paths === null,
        resume: { backup: info.id, paths },
        put: (run) => this.putSnapshot(volume, info.id, paths, run),
      };
    };
    return this.replace({ server, title, stop, by, check });
  }

  restoreArchive(server: string, { path, folder, clear, stop, by }: ArchiveRestoreRequest): StartedOperation {
    const { servers, archives } = this.options;
    const title = `Restore ${existingServer(servers, server).definition.name} from an archive`;
    const check: Replacement['check'] = async (volume, run) => {
      const from = await this.rootOf(volume, { path, folder }, run);
      return {
        note: `Before the archive ${path.slice(-100)} was restored`,
        isWhole: clear,
        resume: null,
        put: async ({ signal, progress }) => {
          if (clear) {
            progress({
              phase: 'restoring',
              current: 0,
              total: null,
              text: 'Clearing away what the archive has not',
            });
            await clearAway(this.options.jail(volume), around(path), signal);
          }
          const onProgress = progressOf(progress, 'restoring', 'Unpacking the archive');
          const request = { archivePath: path, destination: '', from, onProgress };
          return { ...(await archives.extract(volume, request, signal)), folder: from };
        },
      };
    };
    return this.replace({ server, title, stop, by, check });
  }

  /** Restores that a host before this one did not live to end. */
  goOn(): void {
    const { memory, log } = this.options;
    try {
      for (const begun of memory.restores()) this.finish(begun);
    } catch (error) {
      log.error({ error: String(error) }, 'a restore that was cut short could not go on');
    }
  }

  private replace({ server, title, stop, by, check }: Replacement): StartedOperation {
    const { servers, volumes, memory, point, work } = this.options;
    return work.begin(server, { kind: 'restore', title, by }, async (run) => {
      await servers.whenReconciled();
      const existing = existingServer(servers, server);
      let isWhole = true;
      const at = { id: server, stop, by, signal: run.signal, mayStart: () => isWhole };
      return whileAtRest(servers, at, () => {
        const { volume_id: volume } = existingServer(servers, server).definition;
        return volumes.occupy(volume, async () => {
          const plan = await check(volume, run);
          const earlier = memory.restores().find((begun) => begun.server === server) ?? null;
          if (earlier && !plan.isWhole) throw halfRestored(earlier);
          const before = await point(server, plan.note, run);
          isWhole = false;
          const start = !isResting(existing.state);
          const resume = plan.resume ?? { backup: before.id, paths: null };
          memory.putRestore({ server, ...resume, start, restore_point: before.id });
          const done = await this.orUndo({ server, volume, before, earlier }, run, plan.put);
          memory.removeRestore(server);
          isWhole = true;
          return { ...done, restore_point: before.id };
        });
      });
    });
  }

  /** What was begun and fails, or is cancelled, is undone from the restore point; where that fails, too, its words say so. */
  private async orUndo<T>(
    {
      server,
      volume,
      before,
      earlier,
    }: { server: string; volume: string; before: SnapshotInfo; earlier: BegunRestore | null },
    run: OperationRun,
    put: (run: OperationRun) => Promise<T>,
  ): Promise<T> {
    try {
      return await put(run);
    } catch (error) {
      const undo: OperationRun = { signal: new AbortController().signal, progress: run.progress };
      await this.putSnapshot(volume, before.id, null, undo, { isUndo: true }).catch((problem: unknown) => {
        throw halfDone(error, problem, before);
      });
      // What it is undone to is whole, or as half as an earlier one has left it.
      if (earlier) this.options.memory.putRestore(earlier);
      else this.options.memory.removeRestore(server);
      throw error;
    }
  }

  private async putSnapshot(
    volume: string,
    id: string,
    paths: UserPath[] | null,
    run: OperationRun,
    { isUndo = false }: { isUndo?: boolean } = {},
  ): Promise<{ files: number; bytes: number }> {
    const { jail, target, store } = this.options;
    const parts = { store: await store(), jail: jail(volume), target: () => target(volume), run, isUndo };
    return restoreFiles(id, paths, parts);
  }

  /** Reads the archive, and says which of its folders becomes the server's root. */
  private async rootOf(
    volume: string,
    { path, folder }: Pick<ArchiveRestoreRequest, 'path' | 'folder'>,
    { signal, progress }: OperationRun,
  ): Promise<UserPath> {
    const { archives, volumes, jail } = this.options;
    const usage = await volumes.usage(volume);
    const mostBytes = usage === null ? Number.POSITIVE_INFINITY : usage.used + usage.available;
    const onProgress = progressOf(progress, 'checking', 'Reading the archive');
    const look = await archives.look(volume, { archivePath: path, mostBytes, onProgress }, signal);
    if (look.files === 0)
      throw new LightdeckError('invalid', `${path} has no files in it: nothing was changed`);
    if (folder !== null || look.folder === '') return folder ?? '';
    const isThere = await jail(volume)
      .lstat(look.folder)
      .then(
        () => true,
        () => false,
      );
    return isThere ? '' : look.folder;
  }

  /**
   * A restore that was cut short by the end of its host goes on: half of one state and half of another is none. Until it has ended the
   * server can't start.
   */
  private finish({ server, backup, restore_point, paths, start }: BegunRestore): void {
    const isUndo = backup === restore_point;
    const { servers, volumes, memory, work, log } = this.options;
    const view = servers.get(server);
    if (!view) {
      memory.removeRestore(server);
      return;
    }
    const { name, volume_id } = view.definition;
    const title = `Finish restoring ${name}`;
    work.begin(server, { kind: 'restore', title, by: 'host' }, (run) =>
      volumes
        .occupy(volume_id, async () => {
          const done = await this.putSnapshot(volume_id, backup, paths, run, { isUndo });
          memory.removeRestore(server);
          return done;
        })
        .then(async (done) => {
          await servers.whenReconciled();
          const state = servers.get(server)?.state;
          if (start && state !== undefined && isResting(state)) servers.power(server, 'start', 'host');
          return done;
        }),
    );
    log.warn({ server, backup }, 'a restore was cut short: it goes on');
  }
}

/** Neither done nor undone: what is to be done says so, since nobody else will before the host starts anew. */
function halfDone(thrown: unknown, undoing: unknown, { at, id }: SnapshotInfo): LightdeckError {
  const { code } = toLightdeckError(undoing);
  return new LightdeckError(
    code === 'internal' ? 'conflict' : code,
    `${errorText(thrown)}. It could not be undone either: ${errorText(undoing)}. The server's files are half of one and half of the other: put that right, then restore the restore point of ${minuteOf(at)} (${id}), which has all of them`,
    { cause: thrown },
  );
}

/** The archive, and the folders on the way to it. */
function around(path: UserPath): Set<UserPath> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return new Set(['', ...parts.map((_, at) => parts.slice(0, at + 1).join('/'))]);
}

const progressOf =
  (progress: OperationRun['progress'], phase: string, text: string) =>
  (current: number, total: number): void =>
    progress({ phase, current, total, text });
