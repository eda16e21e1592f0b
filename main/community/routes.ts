import { LightdeckError } from '../../shared/errors.ts';
import {
  readCommunityEgg,
  refreshCommunityEggs,
  searchCommunityEggs,
} from '../../shared/http/community-eggs.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import type { Operations } from '../operations/operations.ts';
import type { CommunityEggs } from './community.ts';

const kind = 'community-eggs';

/** E14: the host's way out is for tokens that are good for all servers. */
export function communityEggRoutes(
  routes: Routes,
  { community, operations }: { community: CommunityEggs; operations: Operations },
): void {
  routes.mount(searchCommunityEggs)(({ query: { search, repository, limit } }) => {
    const found = community.search(search, repository ?? null);
    return { repositories: community.repositories(), total: found.length, eggs: found.slice(0, limit) };
  });
  routes.mount(readCommunityEgg)(({ params: { repository, egg } }) => ({
    text: community.text(repository, egg),
  }));
  routes.mount(refreshCommunityEggs)(({ body: { repositories: ids }, grant }) => {
    requireScope(grant, 'containers.write', everyServer);
    const repositories = community.chosen(ids);
    if (operations.running().some((one) => one.kind === kind))
      throw new LightdeckError('busy', 'The community’s eggs are being fetched already');
    return operations.start({
      kind,
      container: null,
      title: 'Fetching the community’s eggs',
      scope: 'containers.write',
      by: grant.label,
      run: async (run) => community.refresh(repositories, run),
    }).operation;
  });
}
