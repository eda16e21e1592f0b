import { listRuns } from '../../shared/http/runs.ts';
import type { Feature } from '../feature/contract.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { Servers } from '../servers/contract.ts';
import { existingServer } from '../servers/existing-server.ts';
import type { Store } from '../store/contract.ts';
import { RunTable, runsTables } from './run-table.ts';
import { Runs, type RunsOptions } from './runs.ts';

export interface RunsFeatureOptions extends Pick<RunsOptions, 'health' | 'log'> {
  store: Pick<Store, 'tables' | 'servers'>;
  servers: Pick<Servers, 'onEvent' | 'get'>;
  news: HostNews;
}

/** A42: the runs of each server; they tell the topic `runs`. */
export function runsFeature({ store, servers, news, ...parts }: RunsFeatureOptions): Feature {
  const runs = new Runs({
    ...parts,
    servers,
    table: new RunTable(store.tables(runsTables)),
    isKnown: (server) => store.servers.get(server) !== null,
    onChange: (server) => news.changed('runs', server),
  });
  return {
    name: 'runs',
    routes: (routes) =>
      routes.mount(listRuns)(({ params: { id } }) => {
        existingServer(servers, id);
        return { runs: [...runs.list(id)] };
      }),
    close: () => runs.close(),
  };
}
