import { LightdeckError } from '../../../shared/errors.ts';
import {
  containerStats,
  dailyUsage,
  estimateContainerCost,
  estimateVolumeCost,
  hourlyUsage,
  monthlyUsage,
  type UsagePeriod,
} from '../../../shared/http/usage.ts';
import type { Servers } from '../../servers/contract.ts';
import { existingServer } from '../../servers/existing-server.ts';
import { estimateContainer, estimateVolume, type Prices, usageFigures } from '../../usage/costs.ts';
import type { Usage } from '../../usage/usage.ts';
import type { RouteMounter } from '../route-mounter.ts';

export interface UsageRoutesOptions {
  servers: Servers;
  usage: Usage;
  /** A15: asked anew each time, since the configuration can change. */
  prices: () => Prices;
  /** Unix milliseconds. */
  now: () => number;
}

export function mountUsage(mounter: RouteMounter, options: UsageRoutesOptions): void {
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

  mounter.mount(hourlyUsage)(used('hourly'));
  mounter.mount(dailyUsage)(used('daily'));
  mounter.mount(monthlyUsage)(used('monthly'));
  mounter.mount(estimateContainerCost)(({ body }) => estimateContainer(body, prices()));
  mounter.mount(estimateVolumeCost)(({ body }) => estimateVolume(body, prices()));
  mounter.mount(containerStats)(({ params: { id }, query }) => {
    existingServer(servers, id);
    return { container_id: id, ...usage.series(id, query) };
  });
}
