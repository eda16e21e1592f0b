import type { ChannelListener } from '../servers/registry/channel.ts';
import type { Registry } from '../servers/registry/registry.ts';
import type { FreezeConsole } from './freeze.ts';

/** The consoles of the host's servers, for freezing them. */
export function registryConsole(registry: Registry): FreezeConsole {
  return {
    run(id) {
      const view = registry.view(id);
      return view?.state === 'running' ? view.container_id : null;
    },
    send: (id, text) => registry.server(id)?.sendCommand(text) ?? null,
    listen(id, onText) {
      const channel = registry.channel(id);
      const listener: ChannelListener = {
        batch: ({ pieces }) => {
          for (const piece of pieces) onText(piece);
        },
        event() {},
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
    notify: (id, text) => registry.server(id)?.notify(text),
  };
}
