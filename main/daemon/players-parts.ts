import { remoteEngineHost } from '../../shared/model/is-local-engine.ts';
import type { HostNews } from '../feature/host-news.ts';
import type { Players } from '../players/players.ts';
import { createPlayers } from '../players/players-feature.ts';
import { askPlayers } from '../players/query/ask.ts';
import { registryChannels } from '../players/registry-channels.ts';
import type { EngineParts } from './engine-parts.ts';
import type { Foundation } from './foundation.ts';
import type { ServersParts } from './servers-parts.ts';

/** Counts from now on; the feature closes it. */
export function buildPlayers(parts: Foundation & EngineParts & ServersParts, news: HostNews): Players {
  const { registry, monitor } = parts;
  return createPlayers({
    ...parts,
    channels: registryChannels(registry),
    ask: askPlayers,
    engineHost: () => remoteEngineHost(monitor.state),
    news,
    now: Date.now,
  });
}
