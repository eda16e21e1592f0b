import { LightdeckError } from '../../shared/errors.ts';
import { moveServerEgg, readServerEgg } from '../../shared/http/egg-versions.ts';
import type { CatalogueOptions } from '../eggs/catalogue.ts';
import type { Routes } from '../feature/contract.ts';
import type { Servers } from '../servers/contract.ts';
import { existingServer } from '../servers/existing-server.ts';

export interface EggVersionsOptions extends CatalogueOptions {
  servers: Pick<Servers, 'get' | 'change'>;
}

/** E16: servers and the versions of their eggs. No import of an egg changes a server: it is moved by choice. */
export function eggVersionRoutes(routes: Routes, options: EggVersionsOptions): void {
  const { servers } = options;
  const tools = async () => {
    // With all formats; loaded when first asked for.
    const { ServerEggs } = await import('./server-eggs.ts');
    return new ServerEggs(options);
  };
  routes.mount(readServerEgg)(async ({ params: { id } }) => {
    existingServer(servers, id);
    const eggs = await tools();
    return eggs.read(existingServer(servers, id).definition);
  });
  routes.mount(moveServerEgg)(async ({ params: { id }, body: { sha256 } }) => {
    existingServer(servers, id);
    const eggs = await tools();
    const { definition } = existingServer(servers, id);
    const move = eggs.move(definition, sha256);
    if (move === null)
      throw new LightdeckError(
        'conflict',
        'The catalogue has no such newer version of its egg by now: look at it again',
      );
    const { changes, notes, image, fields } = move;
    const restart_required = servers.change(id, changes);
    return { fields, notes, image, restart_required };
  });
}
