import type { Feature } from '../feature/contract.ts';
import { type ContainerRoutesParts, containerRoutes } from './container-routes.ts';
import { type AdoptionRoutesOptions, folderRoutes } from './routes.ts';

export interface AdoptionParts extends Omit<AdoptionRoutesOptions, 'rules'>, ContainerRoutesParts {
  /** The configuration's present `storage.allowed_mounts`. */
  allowed: () => string[];
  /** The host's own folders. */
  own: readonly string[];
}

/** A26, A40. */
export function adoptionFeature({ servers, allowed, own, ...parts }: AdoptionParts): Feature {
  const { volumes } = parts;
  const taken = () => [
    ...volumes.list().map(({ id, path }) => ({ path, by: `the volume ${id}` })),
    ...servers
      .list()
      .flatMap(({ definition: { name, mount } }) =>
        Object.values(mount).map((path) => ({ path, by: `the server ${name}` })),
      ),
  ];
  return {
    name: 'adoption',
    routes: (routes) => {
      folderRoutes(routes, { ...parts, rules: { allowed, own, taken } });
      containerRoutes(routes, { servers, adopted: parts.adopted });
    },
  };
}
