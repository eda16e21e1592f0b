import type { EngineState, HostInfo, StoreState } from '../../shared/model/host.ts';

/** What a client that may see only some servers is told of the host: whether it works, and where it is. Its name, figures and paths are not its affair. */
export function hostForGuests({ version, engine, store, addresses }: HostInfo): HostInfo {
  return {
    name: '',
    version,
    engine: engineForGuests(engine),
    ...(store ? { store: storeForGuests(store) } : {}),
    // Who sees a server may tell friends where it is.
    ...(addresses ? { addresses } : {}),
    cpu: { cores: 0, usage: 0 },
    memory: { total: 0, used: 0 },
    disk: { total: 0, used: 0 },
  };
}

function storeForGuests(store: StoreState): StoreState {
  return store.status === 'ok' ? store : { ...store, problem: 'The host has nowhere to write just now.' };
}

function engineForGuests(engine: EngineState): EngineState {
  switch (engine.status) {
    case 'connecting':
      return { status: 'connecting', tried: [] };
    case 'up': {
      const { lacks: _, ...rest } = engine;
      return { ...rest, endpoint: '', source: '', tried: [] };
    }
    case 'down':
      return {
        status: 'down',
        code: engine.code,
        cause: "the host's container engine can't be reached",
        help: 'Ask whoever runs this host.',
        since: engine.since,
        tried: [],
      };
  }
}
