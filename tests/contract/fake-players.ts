import type { PlayersChannels, ServerEar } from '../../main/players/contract.ts';
import type { Players } from '../../main/players/players.ts';
import { type CreatePlayersOptions, createPlayers } from '../../main/players/players-feature.ts';
import type { AskPlayers } from '../../main/players/query/contract.ts';

export interface FakePlayers {
  players: Players;
  /** What the servers answer when they are asked who plays; replace `ask`. */
  query: { ask: AskPlayers };
  /** What a server's channel tells those who count players. */
  ear(server: string): ServerEar;
}

/** The host's players, over channels and queries that tests speak for. */
export function fakePlayers(
  parts: Omit<CreatePlayersOptions, 'channels' | 'ask' | 'engineHost'>,
): FakePlayers {
  const ears = new Map<string, ServerEar>();
  const query: FakePlayers['query'] = {
    ask: async () => {
      throw new Error('it did not answer');
    },
  };
  const channels: PlayersChannels = {
    listen(id, ear) {
      ears.set(id, ear);
      return () => ears.delete(id);
    },
    show: () => {},
  };
  const players = createPlayers({
    ...parts,
    channels,
    ask: (...asked) => query.ask(...asked),
    engineHost: () => null,
  });
  return {
    players,
    query,
    ear(server) {
      const ear = ears.get(server);
      if (!ear) throw new Error(`nobody listens to ${server}`);
      return ear;
    },
  };
}
