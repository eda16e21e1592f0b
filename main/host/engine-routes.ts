import { listEngines, lookForEngine } from '../../shared/http/engine.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import type { Routes } from '../feature/contract.ts';

export type EngineSearch = Pick<EngineMonitor, 'state' | 'look' | 'places' | 'onState'>;

/** The host's affair: not for tokens that are bound to some servers. */
export function engineRoutes(routes: Routes, { engine }: { engine: EngineSearch }): void {
  routes.mount(lookForEngine)(async ({ grant }) => {
    requireScope(grant, 'system', everyServer);
    await engine.look();
    return engine.state;
  });

  routes.mount(listEngines)(async ({ grant, signal }) => {
    requireScope(grant, 'system', everyServer);
    const { state } = engine;
    const used = state.status === 'up' ? state.endpoint : null;
    const places = await engine.places(signal);
    return { engines: places.map((place) => ({ ...place, in_use: place.endpoint === used })) };
  });
}
