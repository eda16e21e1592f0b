import { errorText } from '../../shared/error-text.ts';
import {
  beginEmptyTrash,
  deleteTrash,
  emptyTrash,
  listTrash,
  restoreTrash,
  type TrashEntry,
} from '../../shared/http/trash.ts';
import type { Scope } from '../../shared/scopes.ts';
import { actorOf } from '../audit/actor.ts';
import type { Grant } from '../auth/contract.ts';
import type { Routes } from '../feature/contract.ts';
import type { TrashEntry as KeptEntry, TrashBin, VolumeFiles } from '../files/contract.ts';
import { refuseAbsolute } from '../files/user-path.ts';
import type { OperationRun, Operations } from '../operations/operations.ts';
import { requireVolume, type VolumeAccess } from '../servers/volume-access.ts';
import { dayMs } from './keep-time.ts';

export interface TrashRoutesOptions extends VolumeAccess {
  files: VolumeFiles;
  operations: Pick<Operations, 'start'>;
  /** For how long things are kept, asked anew each time; 0: not at all. */
  keepDays: () => number;
}

export function trashRoutes(routes: Routes, options: TrashRoutesOptions): void {
  const { files, keepDays, operations, servers } = options;
  const binOf = (grant: Grant, scope: Scope, id: string): TrashBin =>
    files.jail(requireVolume(grant, scope, id, options).id).trash;

  routes.mount(listTrash)(async ({ params, query: { offset, limit }, grant }) => {
    const all = await binOf(grant, 'files.read', params.id).list();
    return {
      entries: all.slice(offset, offset + limit).map((entry) => published(entry, keepDays())),
      count: all.length,
      size: all.reduce((sum, { size }) => sum + size, 0),
      keep_days: keepDays(),
    };
  });

  routes.mount(restoreTrash)(async ({ params, body: { ids, path, if_taken }, grant }) => {
    const bin = binOf(grant, 'files.write', params.id);
    const place = path === undefined ? {} : { path: refuseAbsolute(path) };
    const restored: { id: string; path: string }[] = [];
    const failures: { id: string; error: unknown }[] = [];
    // Those that were deleted first come back last: a folder before what was deleted in it.
    for (const id of new Set(ids)) {
      try {
        restored.push({ id, ...(await bin.restore(id, { ...place, ifTaken: if_taken })) });
      } catch (error) {
        failures.push({ id, error });
      }
    }
    const [first] = failures;
    if (restored.length === 0 && first) throw first.error;
    return { restored, problems: failures.map(({ id, error }) => ({ id, problem: errorText(error) })) };
  });

  routes.mount(deleteTrash)(async ({ params, body, grant }) =>
    emptied(await binOf(grant, 'files.write', params.id).purge(body.ids)),
  );

  routes.mount(emptyTrash)(async ({ params, grant }) =>
    emptied(await binOf(grant, 'files.write', params.id).empty()),
  );

  routes.mount(beginEmptyTrash)(({ params, grant }) => {
    const bin = binOf(grant, 'files.write', params.id);
    // One of its servers whose operations this token may see; a volume without any is the host's affair.
    const server = servers
      .list()
      .find(
        ({ definition: { volume_id, internal_id } }) =>
          volume_id === params.id && grant.may('files.write', internal_id),
      );
    return operations.start({
      kind: 'empty trash',
      container: server?.definition.internal_id ?? null,
      title: 'Empty the trash',
      scope: 'files.write',
      by: actorOf(grant),
      run: (run) => emptyBin(bin, run),
    }).operation;
  });
}

/** Its progress is in bytes, as the trash counts them. */
async function emptyBin(bin: TrashBin, { signal, progress }: OperationRun) {
  const total = (await bin.list()).reduce((sum, { size }) => sum + size, 0);
  const removed = ({ count, bytes }: { count: number; bytes: number }): void => {
    const things = count === 1 ? 'One thing is' : `${count} things are`;
    progress({
      phase: 'removing',
      current: bytes,
      total: Math.max(total, bytes),
      text: `${things} deleted for good`,
    });
  };
  return emptied(await bin.empty({ signal, removed }));
}

const emptied = ({ count, bytes }: { count: number; bytes: number }) => ({
  deleted_count: count,
  freed: bytes,
});

function published({ id, path, kind, size, deletedAt, by, cause }: KeptEntry, days: number): TrashEntry {
  const deleted_at = Math.floor(deletedAt / 1000);
  const expires_at = deleted_at + Math.floor((days * dayMs) / 1000);
  return { id, path, type: kind, size, deleted_at, expires_at, by, cause };
}
