import type { Feature } from '../feature/contract.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { Servers } from '../servers/contract.ts';
import type { Store } from '../store/contract.ts';
import { playersSchema } from './player-table.ts';
import { Players, type PlayersOptions } from './players.ts';
import { playerRoutes } from './routes.ts';

export interface CreatePlayersOptions extends Omit<PlayersOptions, 'tables' | 'onChange'> {
  store: Pick<Store, 'tables'>;
  news: HostNews;
}

/** Counts from now on; end it with `close`. It tells the topic `players`. */
export function createPlayers({ store, news, ...parts }: CreatePlayersOptions): Players {
  return new Players({
    ...parts,
    tables: store.tables(playersSchema),
    onChange: (server) => news.changed('players', server),
  });
}

export function playersFeature(parts: {
  players: Players;
  servers: Pick<Servers, 'get' | 'sendCommand'>;
  now: () => number;
}): Feature {
  return {
    name: 'players',
    routes: (routes) => playerRoutes(routes, parts),
    close: () => parts.players.close(),
  };
}
