import { LightdeckError } from '../../shared/errors.ts';
import {
  containerStats,
  dailyUsage,
  estimateContainerCost,
  estimateVolumeCost,
  hourlyUsage,
  monthlyUsage,
  type UsagePeriod,
} from '../../shared/http/usage.ts';
import type { Routes } from '../feature/contract.ts';
import type { Servers } from '../servers/contract.ts';
import { existingServer } from '../servers/existing-server.ts';
import { estimateContainer, estimateVolume, type Prices, usageFigures } from './costs.ts';
import type { Usage } from './usage.ts';

export interface UsageRoutesOptions {
  servers: Servers;
  usage: Usage;
  /** A15: asked anew each time, since the configuration can change. */
  prices: () => Prices;
  /** Unix milliseconds. */
  now: () => number;
}

export function usageRoutes(routes: Routes, options: UsageRoutesOptions): void {
  const { servers, usage, prices, now } = options;
  const used =
    (period: UsagePeriod) =>
    ({ params: { id } }: { params: { id: string } }) => {
      existingServer(servers, id);
      const sums = usage.sums(id, period);
      if (sums === null)
        throw new LightdeckError(
          'not_found',
          `No usage of the container ${id} has been measured yet: try again in some minutes`,
        );
      const timestamp = Math.floor(now() / 1000);
      return { container_id: id, period, ...usageFigures(sums, prices()), timestamp };
    };

  routes.mount(hourlyUsage)(used('hourly'));
  routes.mount(dailyUsage)(used('daily'));
  routes.mount(monthlyUsage)(used('monthly'));
  routes.mount(estimateContainerCost)(({ body }) => estimateContainer(body, prices()));
  routes.mount(estimateVolumeCost)(({ body }) => estimateVolume(body, prices()));
  routes.mount(containerStats)(({ params: { id }, query }) => {
    existingServer(servers, id);
    return { container_id: id, ...usage.series(id, query) };
  });
}
