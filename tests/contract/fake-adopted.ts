import type { ContainerRoutesParts } from '../../main/adoption/container-routes.ts';
import { LightdeckError } from '../../shared/errors.ts';

/** One container that could be adopted; what adoption does is the heart's tests' business. */
export function fakeAdopted(servers: { remove(id: string): Promise<void> }): ContainerRoutesParts['adopted'] {
  const one = { id: 'abc', name: 'web', image: 'nginx:1', ports: [], takes_input: false, notes: ['a note'] };
  return {
    list: async () => [one],
    async adopt({ container }) {
      if (container !== one.id) throw new LightdeckError('not_found', 'There is no such container');
      return one.notes;
    },
    async release(id, { adopted }) {
      if (adopted === null) throw new LightdeckError('conflict', 'It was made here');
      await servers.remove(id);
    },
  };
}
