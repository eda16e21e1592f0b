import type { ChannelListener } from '../servers/registry/channel.ts';
import type { Registry } from '../servers/registry/registry.ts';
import type { PlayersChannels } from './contract.ts';

/** The channels of the host's servers, for counting players. */
export function registryChannels(registry: Registry): PlayersChannels {
  return {
    listen(id, ear) {
      const channel = registry.channel(id);
      const listener: ChannelListener = {
        batch: (batch) => ear.batch(batch),
        event(event) {
          if (event.event === 'event') ear.state(event.data);
        },
        stats() {},
        serverChanged() {},
        failed() {},
      };
      channel.listeners.add(listener);
      return () => {
        channel.listeners.delete(listener);
        registry.leave(id);
      };
    },
    show: (id, count) => registry.server(id)?.showPlayers(count),
  };
}
