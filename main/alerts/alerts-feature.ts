import { hostname } from 'node:os';
import type { Feature } from '../feature/contract.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { Log } from '../lib/log.ts';
import type { Store } from '../store/contract.ts';
import type { StoreHealth } from '../store/health.ts';
import { Alerts } from './alerts.ts';
import { Happenings, type HappeningsOptions } from './happenings.ts';
import { alertRoutes } from './routes.ts';
import { alertTables } from './tables.ts';

export interface AlertsFeatureOptions extends Pick<HappeningsOptions, 'servers' | 'engine'> {
  store: Pick<Store, 'tables'>;
  health: StoreHealth;
  news: HostNews;
  /** Unix ms. */
  now: () => number;
  log: Log;
}

/** Tells others what happens on this host (N1–N6); its topic is `alerts`. */
export function alertsFeature({ store, news, ...parts }: AlertsFeatureOptions): Feature {
  const alerts = new Alerts({
    ...parts,
    tables: store.tables(alertTables),
    host: hostname(),
    onChange: () => news.changed('alerts', null),
  });
  const happenings = new Happenings({ ...parts, news, tell: (alert) => alerts.tell(alert) });
  return {
    name: 'alerts',
    routes: (routes) => alertRoutes(routes, { alerts }),
    async close() {
      happenings.close();
      await alerts.close();
    },
  };
}
