import type { FakeEngine } from './fake-engine.ts';

/** What other people do with the containers of an engine, as with the docker command. */
export interface Outside {
  pause(id: string): Promise<void>;
  unpause(id: string): Promise<void>;
  /** SIGTERM, and SIGKILL after 10 s; resolves when it has ended. */
  stop(id: string): Promise<void>;
  kill(id: string, signal: string): Promise<void>;
  start(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  rename(id: string, name: string): Promise<void>;
}

export interface FakeOutside extends Outside {
  /** `docker system prune -a`: containers that don't run, networks without one that does, and images that no container has. */
  prune(): Promise<void>;
}

const stopMs = 10_000;

/** Somebody else at a fake engine: nothing of it is recorded among the calls of the host. */
export function outsideOf(engine: FakeEngine): FakeOutside {
  return {
    pause: async (id) => engine.container(id).pause(true),
    unpause: async (id) => engine.container(id).pause(false),
    async stop(id) {
      const container = engine.container(id);
      if (!container.isRunning) return;
      await container.signal('SIGTERM', { isStop: true });
      const timer = setTimeout(() => void container.signal('SIGKILL', { isStop: true }), stopMs);
      await container.stopped();
      clearTimeout(timer);
    },
    kill: (id, signal) => engine.container(id).signal(signal),
    start: async (id) => engine.startNow(engine.container(id)),
    remove: (id) => engine.removeNow(engine.container(id)),
    async rename(id, name) {
      engine.container(id).name = name;
    },
    async prune() {
      for (const container of engine.containers.values())
        if (!container.isRunning) await engine.removeNow(container);
      const left = [...engine.containers.values()].map(({ spec }) => spec);
      engine.networks.keepOnly(new Set(left.map(({ network }) => network)));
      engine.images.keepOnly(new Set(left.map(({ image }) => image)));
    },
  };
}
