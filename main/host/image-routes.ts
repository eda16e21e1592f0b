import { imageFactsRoute } from '../../shared/http/images.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import type { Routes } from '../feature/contract.ts';

/** E13: what images say of themselves. Which ones the machine has is not for tokens that are bound to some servers. */
export function imageRoutes(routes: Routes, { monitor }: { monitor: Pick<EngineMonitor, 'engine'> }): void {
  routes.mount(imageFactsRoute)(async ({ query: { image }, grant }) => {
    requireScope(grant, 'containers.write', everyServer);
    const facts = await monitor.engine.imageFacts(image);
    if (facts === null) return { image: null };
    const { ports, volumes, user, workingDir, stopSignal, hasHealthCheck } = facts;
    return {
      image: {
        ...{ ports, volumes, user },
        working_dir: workingDir,
        stop_signal: stopSignal,
        has_health_check: hasHealthCheck,
      },
    };
  });
}
