import type { Feature } from '../feature/contract.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { Servers } from '../servers/contract.ts';
import type { Store } from '../store/contract.ts';
import { type CheckerOptions, UpdateChecker } from './checker.ts';
import { updateRoutes } from './routes.ts';
import { type ScheduledUpdates, scheduledUpdates } from './scheduled.ts';
import { UpdateTable, updateTables } from './tables.ts';
import { Updater, type UpdaterOptions } from './updater.ts';

export interface UpdatesFeatureOptions
  extends Omit<UpdaterOptions, 'table' | 'servers' | 'monitor' | 'news'>,
    Pick<CheckerOptions, 'monitor' | 'random'> {
  store: Pick<Store, 'tables'>;
  servers: Servers;
  news: HostNews;
}

export interface UpdatesFeature extends Feature {
  /** For the schedules. */
  readonly scheduled: ScheduledUpdates;
}

/** Newer images of the servers (U1–U5); its topic is `updates`. */
export function updatesFeature({ store, ...parts }: UpdatesFeatureOptions): UpdatesFeature {
  const table = new UpdateTable(store.tables(updateTables));
  const checker = new UpdateChecker({ ...parts, table });
  const updater = new Updater({ ...parts, table });
  const { servers, news, log } = parts;
  const installing = new Set<string>();
  const dispose = servers.onEvent((event) => {
    if (event.type === 'changed') {
      const { internal_id: id, state } = event.summary;
      if (state === 'installing') installing.add(id);
      // An install brings what the name stands for by then.
      else if (installing.delete(id)) news.changed('updates', id);
    }
    if (event.type !== 'removed') return;
    installing.delete(event.id);
    try {
      table.removeServer(event.id);
    } catch (error) {
      // A server of that id is installed anew: what is left says nothing that is untrue of it for long.
      log.warn({ server: event.id, err: error }, 'what is known of its image could not be forgotten');
    }
  });
  checker.start();
  updater.recover().catch((error: unknown) => log.error({ err: error }, 'updates could not go on'));
  return {
    name: 'updates',
    scheduled: scheduledUpdates({ ...parts, table, checker, updater }),
    routes: (routes) => updateRoutes(routes, { ...parts, table, checker, updater }),
    close() {
      dispose();
      checker.close();
      updater.close();
    },
  };
}
