import { arch, hostname, platform, release, uptime } from 'node:os';
import type { SystemView } from '../../shared/http/system.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import type { StoreHealth } from '../store/health.ts';
import type { HostUsage } from './usage.ts';

export interface SystemInfoOptions {
  monitor: Pick<EngineMonitor, 'state'>;
  health: Pick<StoreHealth, 'state'>;
  usage: () => Promise<HostUsage>;
  version: string;
  dataDir: string;
  addresses: () => SystemView['addresses'];
}

/** GET /system: looked at on demand; callers within two seconds share one look at the machine. */
export function createSystemInfo(options: SystemInfoOptions): () => Promise<SystemView> {
  const { monitor, health, usage, version, dataDir, addresses } = options;
  return async () => {
    const { cpu, memory, disk } = await usage();
    return {
      host: {
        name: hostname(),
        platform: platform(),
        release: release(),
        arch: arch(),
        uptime: Math.floor(uptime()),
        cpu,
        memory,
      },
      engine: monitor.state,
      store: health.state,
      disk: { path: dataDir, ...disk, free: Math.max(0, disk.total - disk.used) },
      versions: {
        lightdeck: version,
        node: process.versions.node,
        electron: process.versions.electron ?? null,
      },
      addresses: addresses(),
    };
  };
}
