import {
  addCopyTarget,
  changeCopyTarget,
  checkCopy,
  copyBackup,
  deleteCopy,
  fetchCopy,
  listAllCopies,
  listBackupCopies,
  listCopyTargets,
  listServerCopies,
  lookAtCopyServer,
  previewCopyRules,
  removeCopyTarget,
  testCopyTarget,
  tidyCopies,
} from '../../shared/http/backup-copies.ts';
import { actorOf } from '../audit/actor.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import type { BackupCopies } from './copies.ts';
import type { CopySecret } from './copy-table.ts';

/** A35–A38, A43. Whoever sets a place has files sent from here to anywhere: the owner's alone. */
export function copyRoutes(routes: Routes, { copies }: { copies: BackupCopies }): void {
  routes.mount(listCopyTargets)(({ grant }) => {
    requireScope(grant, 'system', everyServer);
    return { targets: copies.targets(), owner: grant.may('tokens', everyServer) };
  });
  routes.mount(lookAtCopyServer)(async ({ grant, body }) => {
    requireScope(grant, 'tokens', everyServer);
    return { fingerprint: await copies.look(body) };
  });
  routes.mount(addCopyTarget)(({ grant, body: { password, private_key, passphrase, ...target } }) => {
    requireScope(grant, 'tokens', everyServer);
    const secret = secretOf({ password, private_key, passphrase }) ?? { password: '' };
    return copies.add({ ...target, secret });
  });
  routes.mount(changeCopyTarget)(
    ({ grant, params, body: { name, automatic, keep, fingerprint, ...secret } }) => {
      requireScope(grant, 'tokens', everyServer);
      const change = {
        ...(name !== undefined && { name }),
        ...(automatic !== undefined && { automatic }),
        ...(keep !== undefined && { keep }),
        ...(fingerprint !== undefined && { fingerprint }),
      };
      return copies.change(params.target, change, secretOf(secret));
    },
  );
  routes.mount(removeCopyTarget)(({ grant, params }) => {
    requireScope(grant, 'tokens', everyServer);
    copies.remove(params.target);
    return { message: 'Place for copies removed; what was copied stays there' };
  });
  routes.mount(testCopyTarget)(async ({ grant, params }) => {
    requireScope(grant, 'system', everyServer);
    return { copies: await copies.test(params.target) };
  });
  routes.mount(listAllCopies)(async ({ grant, params }) => {
    requireScope(grant, 'system', everyServer);
    requireScope(grant, 'backups', everyServer);
    return { backups: await copies.listThere(params.target, null) };
  });

  routes.mount(previewCopyRules)(({ grant, params, body: { rules } }) => {
    requireScope(grant, 'system', everyServer);
    requireScope(grant, 'backups', everyServer);
    return copies.plan(params.target, rules);
  });
  routes.mount(tidyCopies)(({ grant, params }) => {
    requireScope(grant, 'tokens', everyServer);
    return copies.tidy(params.target, actorOf(grant)).operation;
  });

  routes.mount(listBackupCopies)(({ params: { id } }) => ({
    targets: copies.targets().map((target) => ({
      id: target.id,
      name: target.name,
      automatic: target.automatic,
    })),
    copies: copies.copies(id),
  }));
  routes.mount(listServerCopies)(async ({ params: { id, target } }) => ({
    backups: await copies.listThere(target, id),
  }));
  const begin = (
    entry: typeof copyBackup | typeof checkCopy | typeof fetchCopy,
    work: 'copy' | 'check' | 'fetch',
  ): void =>
    routes.mount(entry)(
      ({ params: { id, target }, body, grant }) =>
        copies[work](id, body.backup, target, actorOf(grant)).operation,
    );
  begin(copyBackup, 'copy');
  begin(checkCopy, 'check');
  begin(fetchCopy, 'fetch');
  routes.mount(deleteCopy)(
    ({ params: { id, target, backup }, grant }) =>
      copies.removeCopy(id, backup, target, actorOf(grant)).operation,
  );
}

/** Null where none is given. */
function secretOf({
  password,
  private_key,
  passphrase,
}: {
  password?: string | undefined;
  private_key?: string | undefined;
  passphrase?: string | undefined;
}): CopySecret | null {
  if (private_key !== undefined) return { private_key, ...(passphrase !== undefined && { passphrase }) };
  return password === undefined ? null : { password };
}
