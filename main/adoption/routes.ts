import { LightdeckError } from '../../shared/errors.ts';
import { adoptFolder, findFolders } from '../../shared/http/adoption.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import type { Operations } from '../operations/operations.ts';
import { type AdoptFolderParts, adoptFolder as adopt } from './adopt-folder.ts';
import { allowedPath, type FolderRules, folderProblem } from './allowed-folder.ts';
import { findFolders as find } from './find-folders.ts';

export interface AdoptionRoutesOptions extends AdoptFolderParts {
  operations: Operations;
  rules: FolderRules;
}

/** The operations' kind. */
const kind = 'adopt folder';

/** A26: folders of the host become volumes. What is on the host is for tokens that are good for all servers. */
export function folderRoutes(routes: Routes, options: AdoptionRoutesOptions): void {
  const { operations, rules } = options;
  routes.mount(findFolders)(async ({ query: { path }, grant }) => {
    requireScope(grant, 'system', everyServer);
    const allowed = rules.allowed();
    return path === undefined ? { allowed, folders: [], more: 0 } : { allowed, ...(await find(path, rules)) };
  });
  routes.mount(adoptFolder)(({ body: { path, how, size }, grant }) => {
    requireScope(grant, 'system', everyServer);
    requireScope(grant, 'files.write', everyServer);
    const real = allowedPath(path, rules);
    const problem = folderProblem(real, rules);
    if (problem !== null) throw new LightdeckError('conflict', `${real} can't be taken: ${problem}`);
    // Two at once might take the same folder, or one that is in the other.
    if (operations.running().some((one) => one.kind === kind))
      throw new LightdeckError('busy', 'A folder is being taken already. Try again when that is done');
    return operations.start({
      kind,
      container: null,
      title: `Taking the folder ${real}`,
      scope: 'files.write',
      by: grant.label,
      run: (run) => adopt({ path: real, how, size }, options, run),
    }).operation;
  });
}
