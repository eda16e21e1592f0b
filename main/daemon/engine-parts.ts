import { isLocalEngine } from '../../shared/model/is-local-engine.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import { machineEnvironment } from '../docker/endpoint-discovery.ts';
import { createEngineMonitor } from '../docker/engine-monitor.ts';
import type { AsyncScope } from '../lib/async-scope.ts';
import { hostUser } from '../lib/host-user.ts';
import type { Occupancy, PortPool } from '../network/contract.ts';
import { createHostOccupancy } from '../network/host-occupancy.ts';
import { createPortPool } from '../network/port-pool.ts';
import { createCgroupReader } from '../stats/cgroup-reader.ts';
import type { StatsSampler } from '../stats/contract.ts';
import { createStatsSampler } from '../stats/sampler.ts';
import type { VolumeManager } from '../volumes/contract.ts';
import { RootHelper } from '../volumes/root-helper.ts';
import { createVolumes } from '../volumes/volumes.ts';
import type { Foundation } from './foundation.ts';

/** The engine and the machine that servers run on. */
export interface EngineParts {
  /** At rest: the search for an engine begins with its `start`. */
  monitor: EngineMonitor;
  sampler: StatsSampler;
  occupancy: Occupancy;
  ports: PortPool;
  volumes: VolumeManager;
  /** A19: null for a host that may do everything itself. */
  rootHelper: RootHelper | null;
}

/** `env` is for finding the engine. Resolves with the volumes mounted, or left behind as theirs that servers can't start on. */
export async function buildEngineParts(
  { config, configuration, store, health, paths, log }: Foundation,
  env: Readonly<Record<string, string | undefined>>,
  scope: AsyncScope,
): Promise<EngineParts> {
  const environment = machineEnvironment({ socketPath: config.docker.socket_path || null, env });
  const monitor = createEngineMonitor({ hostId: store.hostId, environment, log });
  scope.own('engine', () => monitor.stop());
  const sampler = createStatsSampler({
    engineReading: (id) => monitor.engine.statsOnce(id),
    // Engines before 24 make each reading wait for their own next second.
    engineConcurrency: 16,
    cgroups: process.platform === 'linux' ? createCgroupReader() : null,
    log,
  });
  scope.own('stats', () => sampler.close());
  const occupancy = createHostOccupancy({
    platform: process.platform,
    isLocal: () => isLocalEngine(monitor.state),
    published: async () => monitor.engine.published(),
    log,
  });
  const ports = createPortPool({ store, occupancy, health });
  scope.own('ports', () => ports.close());
  const user = hostUser();
  const rootHelper = user && new RootHelper({ monitor, store, hostId: store.hostId, user, log });
  if (rootHelper) scope.own('root helper', () => rootHelper.close());
  const volumes = createVolumes({
    store,
    volumesPath: paths.volumes,
    now: Date.now,
    quota: config.storage.quota,
    allowedMounts: () => configuration.current().storage.allowed_mounts,
    takeOver: rootHelper ? (id) => rootHelper.takeAll(id) : undefined,
    log,
  });
  scope.own('volumes', () => volumes.close());
  if (rootHelper)
    scope.own(
      'volumes to be deleted',
      monitor.onState(({ status }) => {
        if (status === 'up') void volumes.retryDeletes();
      }),
    );
  // Before any server: none may start on an empty folder. And before anybody asks for a file.
  await volumes.open();
  return { monitor, sampler, occupancy, ports, volumes, rootHelper };
}
