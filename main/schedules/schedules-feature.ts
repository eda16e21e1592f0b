import type { Audit } from '../audit/contract.ts';
import type { Feature } from '../feature/contract.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { Log } from '../lib/log.ts';
import type { Operations } from '../operations/operations.ts';
import type { Servers } from '../servers/contract.ts';
import type { Store } from '../store/contract.ts';
import type { StoreHealth } from '../store/health.ts';
import { commandScheduleAction } from './actions/command-action.ts';
import { powerScheduleActions } from './actions/power-actions.ts';
import type { PlayersSource, ScheduleAction } from './contract.ts';
import { scheduleRoutes } from './routes.ts';
import type { RunBookOptions } from './run-book.ts';
import { createRunClock } from './run-clock.ts';
import { scheduleTables } from './schedule-table.ts';
import { Schedules } from './schedules.ts';

export interface CreateSchedulesOptions {
  store: Pick<Store, 'tables' | 'servers'>;
  servers: Servers;
  operations: Pick<Operations, 'start'>;
  audit: Audit;
  health?: StoreHealth | undefined;
  /** What other features can do by schedule. */
  more?: readonly ScheduleAction[];
  /** How many play; left out as long as nothing on this host counts them. */
  players?: PlayersSource | null;
  onChange: (server: string) => void;
  /** A run has ended, or never began. */
  onEnd?: RunBookOptions['onEnd'];
  /** Unix ms. */
  now: () => number;
  log: Log;
}

export interface SchedulesFeatureOptions extends Omit<CreateSchedulesOptions, 'onChange' | 'onEnd'> {
  news: HostNews;
}

/** With their routes; they tell the topic `schedules`. */
export function schedulesFeature({ news, ...parts }: SchedulesFeatureOptions): Feature {
  const schedules = createSchedules({
    ...parts,
    onChange: (server) => news.changed('schedules', server),
    onEnd: ({ server, name, run: { state, result } }) => {
      const about = { container: server, detail: result };
      if (state === 'failed')
        news.happened({ ...about, event: 'schedule_failed', title: `has a schedule that failed: ${name}` });
      if (state === 'missed')
        news.happened({ ...about, event: 'schedule_missed', title: `missed its schedule ${name}` });
    },
  });
  return {
    name: 'schedules',
    routes: (routes) => scheduleRoutes(routes, { ...parts, schedules }),
    close: () => schedules.close(),
  };
}

/** The host's schedules, with all actions that it has. They begin by themselves, once it is known what the servers do; end them with `close`. */
export function createSchedules(options: CreateSchedulesOptions): Schedules {
  const { store, servers, more = [], players = null, onEnd = () => {}, now } = options;
  const clock = createRunClock(now);
  const parts = { servers, clock };
  return new Schedules({
    ...options,
    tables: store.tables(scheduleTables),
    isKnown: (server) => store.servers.get(server) !== null,
    actions: [commandScheduleAction(parts), ...powerScheduleActions(parts), ...more],
    players,
    onEnd,
    clock,
  });
}
