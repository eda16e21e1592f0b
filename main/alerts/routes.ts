import {
  changeAlertTarget,
  createAlertTarget,
  deleteAlertTarget,
  listAlertDeliveries,
  listAlertTargets,
  testAlertTarget,
} from '../../shared/http/alerts.ts';
import type { Grant } from '../auth/contract.ts';
import { everyServer } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import { hostTimeZone } from '../lib/host-time-zone.ts';
import type { Alerts } from './alerts.ts';

/** N1–N6. The host's affair: not for tokens that are bound to some servers. */
export function alertRoutes(routes: Routes, { alerts }: { alerts: Alerts }): void {
  const forHost = (grant: Grant): void => requireScope(grant, 'system', everyServer);
  /** Whom the host calls within its own networks decides its owner. */
  const isOwner = (grant: Grant): boolean => grant.may('tokens', everyServer);

  routes.mount(listAlertTargets)(({ grant }) => {
    forHost(grant);
    return { targets: alerts.list(), time_zone: hostTimeZone() ?? 'UTC' };
  });

  routes.mount(createAlertTarget)(({ body, grant }) => {
    forHost(grant);
    return alerts.create(body, isOwner(grant));
  });

  routes.mount(changeAlertTarget)(({ params: { id }, body, grant }) => {
    forHost(grant);
    return alerts.change(id, body, isOwner(grant));
  });

  routes.mount(deleteAlertTarget)(async ({ params: { id }, grant }) => {
    forHost(grant);
    await alerts.remove(id);
    return { message: 'Alert target deleted' };
  });

  routes.mount(testAlertTarget)(({ params: { id }, grant }) => {
    forHost(grant);
    return alerts.test(id);
  });

  routes.mount(listAlertDeliveries)(({ params: { id }, grant }) => {
    forHost(grant);
    return { deliveries: alerts.deliveries(id) };
  });
}
