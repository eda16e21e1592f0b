import type { Feature } from '../feature/contract.ts';
import type { Operations } from '../operations/operations.ts';
import type { Store } from '../store/contract.ts';
import { CommunityEggs } from './community.ts';
import { communitySchemaOfStore, communityTable } from './community-table.ts';
import { eggRepositories } from './repositories.ts';
import { communityEggRoutes } from './routes.ts';

/** E14: the eggs of public repositories. */
export function communityFeature(parts: {
  store: Pick<Store, 'tables'>;
  operations: Operations;
  /** Unix milliseconds. */
  now: () => number;
}): Feature {
  const { store, operations, now } = parts;
  const table = communityTable(store.tables(communitySchemaOfStore));
  const community = new CommunityEggs({ table, repositories: eggRepositories, now });
  return {
    name: 'community',
    routes: (routes) => communityEggRoutes(routes, { community, operations }),
  };
}
