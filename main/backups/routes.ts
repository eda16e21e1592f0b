import { LightdeckError } from '../../shared/errors.ts';
import {
  checkBackup,
  createBackupDownload,
  deleteBackup,
  listBackupFiles,
  listBackups,
  makeBackup,
  readBackupContent,
  rehearseBackup,
  restoreArchive,
  restoreAsServer,
  restoreBackup,
  useBackupDownload,
} from '../../shared/http/backups.ts';
import { actorOf } from '../audit/actor.ts';
import type { Auth } from '../auth/contract.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import type { StreamReply } from '../feature/stream-reply.ts';
import { refuseAbsolute } from '../files/user-path.ts';
import { type LinkTarget, OneTimeLinks } from '../lib/one-time-links.ts';
import { type Download, download } from './download.ts';
import { listEntries } from './look-inside.ts';
import { type BackupSettingsOptions, backupSettingsRoutes } from './settings-routes.ts';

export interface BackupRoutesOptions extends BackupSettingsOptions {
  auth: Pick<Auth, 'onRevoked'>;
  /** Unix milliseconds. */
  now: () => number;
}

export function backupRoutes(routes: Routes, options: BackupRoutesOptions): void {
  const { backups } = options;
  routes.mount(listBackups)(async ({ params: { id } }) => {
    const place = await backups.place.describe();
    return { backups: place.state === 'ready' ? await backups.list(id) : [], place };
  });

  routes.mount(makeBackup)(({ params: { id }, body: { note, stop }, grant }) => {
    if (stop) requireScope(grant, 'power', id);
    return backups.make(id, { note, stop, by: actorOf(grant) }).operation;
  });

  routes.mount(listBackupFiles)(async ({ params: { id, backup }, query: { path }, grant }) => {
    requireScope(grant, 'files.read', id);
    const info = await backups.find(id, backup);
    return { files: await listEntries(await backups.store(), info.id, path) };
  });

  mountDownloads(routes, options);
  backupSettingsRoutes(routes, options);

  routes.mount(restoreBackup)(({ params: { id, backup }, body: { paths, stop }, grant }) => {
    requireScope(grant, 'files.write', id);
    if (stop) requireScope(grant, 'power', id);
    return backups.restore(id, backup, { paths: paths ?? null, stop, by: actorOf(grant) }).operation;
  });

  routes.mount(restoreArchive)(({ params: { id }, body: { path, folder = null, ...body }, grant }) => {
    requireScope(grant, 'files.write', id);
    if (body.stop) requireScope(grant, 'power', id);
    const paths = { path: refuseAbsolute(path), folder: folder === null ? null : refuseAbsolute(folder) };
    return backups.restoreArchive(id, { ...body, ...paths, by: actorOf(grant) }).operation;
  });

  routes.mount(restoreAsServer)(({ params: { id, backup }, body, grant }) => {
    // As a create request: not for a token that is bound to some servers.
    requireScope(grant, 'containers.write', everyServer);
    requireScope(grant, 'files.write', everyServer);
    const { internal_id, name = internal_id, ports = null } = body;
    return backups.restoreAsServer(id, backup, { internal_id, name, ports, by: actorOf(grant) }).operation;
  });

  routes.mount(deleteBackup)(
    ({ params: { id, backup }, grant }) => backups.remove(id, [backup], actorOf(grant)).operation,
  );

  routes.mount(rehearseBackup)(
    ({ params: { id, backup }, grant }) => backups.rehearse(id, backup, actorOf(grant)).operation,
  );

  routes.mount(checkBackup)(
    ({ params: { id, backup }, grant }) => backups.check(id, backup, actorOf(grant)).operation,
  );
}

interface DownloadTarget extends LinkTarget, Download {}

function mountDownloads(routes: Routes, { backups, auth, now }: BackupRoutesOptions): void {
  const links = new OneTimeLinks<DownloadTarget>({ now });
  auth.onRevoked((tokenId) => links.drop(tokenId));
  const find = async (
    server: string,
    backup: string,
    what: Pick<Download, 'path' | 'format'>,
  ): Promise<Download> => {
    const { id, at } = await backups.find(server, backup);
    return { ...what, id, name: `${server}-${new Date(at).toISOString().slice(0, 10)}` };
  };

  routes.mount(readBackupContent)(async ({ params: { id, backup }, query, grant }) => {
    requireScope(grant, 'files.read', id);
    return download(await backups.store(), await find(id, backup, query));
  });

  routes.mount(createBackupDownload)(async ({ params: { id, backup }, body, grant }) => {
    requireScope(grant, 'files.read', id);
    const wanted = await find(id, backup, body);
    // What isn't there is told now, not to whoever follows the link.
    await download(await backups.store(), wanted);
    const { key, expiresAt } = links.create({ ...wanted, tokenId: grant.tokenId });
    return { url: `/backup-downloads/${key}`, expires_at: new Date(expiresAt).toISOString() };
  });

  routes.mount(useBackupDownload)(async ({ params: { key }, raw }) => {
    const open = async ({ tokenId, ...wanted }: DownloadTarget): Promise<StreamReply> => {
      const reply = await download(await backups.store(), wanted);
      reply.tokenId = tokenId;
      return reply;
    };
    // Looking alone uses nothing up.
    const reply = await (raw.method === 'HEAD' ? links.look(key, open) : links.use(key, open));
    if (!reply)
      throw new LightdeckError('not_found', 'This link was used, or has expired: ask for a new one');
    return reply;
  });
}
