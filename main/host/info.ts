import { cpus, hostname, totalmem } from 'node:os';
import type { HostInfo } from '../../shared/model/host.ts';
import { MiB } from '../../shared/units.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import { Emitter } from '../lib/emitter.ts';
import { Scope } from '../lib/scope.ts';
import type { StoreHealth } from '../store/health.ts';
import type { HostUsage } from './usage.ts';

export interface HostInfoOptions {
  monitor: EngineMonitor;
  health: Pick<StoreHealth, 'state' | 'onChange'>;
  usage: () => Promise<HostUsage>;
  version: string;
}

const everyMs = 2000;
/** Changes smaller than these aren't told: percent of a core, bytes of memory, bytes of disk. */
const worthTelling = { cpu: 2, memory: 32 * MiB, disk: 64 * MiB };

/** H1, H2: what the host's socket says about the machine and its engine. Nothing is measured while nobody listens. */
export class HostInfoSource {
  private readonly options: HostInfoOptions;
  private readonly changes = new Emitter<HostInfo>();
  private readonly scope = new Scope();
  private timer: NodeJS.Timeout | null = null;
  private told: HostUsage;

  constructor(options: HostInfoOptions) {
    this.options = options;
    this.told = {
      cpu: { cores: cpus().length, usage: 0 },
      memory: { total: totalmem(), used: 0 },
      disk: { total: 0, used: 0 },
    };
    const notify = (): void => this.changes.emit(this.current());
    this.scope.add(options.monitor.onState(notify));
    this.scope.add(options.health.onChange(notify));
  }

  /** The engine as it is now, the machine as it was last looked at. */
  current(): HostInfo {
    const { monitor, health, version } = this.options;
    return { name: hostname(), version, engine: monitor.state, store: health.state, ...this.told };
  }

  /** The machine is looked at from now on; returns the disposer. */
  onChange(listener: (info: HostInfo) => void): () => void {
    const dispose = this.changes.on(listener);
    if (this.timer === null) {
      this.timer = setInterval(() => this.look(), everyMs).unref();
      this.look();
    }
    return () => {
      dispose();
      if (this.changes.size === 0) this.rest();
    };
  }

  close(): void {
    this.scope.close();
    this.changes.clear();
    this.rest();
  }

  private look(): void {
    // Never rejects.
    void this.options.usage().then((usage) => {
      const { cpu, memory, disk } = this.told;
      const changed =
        Math.abs(usage.cpu.usage - cpu.usage) >= worthTelling.cpu ||
        Math.abs(usage.memory.used - memory.used) >= worthTelling.memory ||
        Math.abs(usage.disk.used - disk.used) >= worthTelling.disk;
      if (!changed) return;
      this.told = usage;
      this.changes.emit(this.current());
    });
  }

  private rest(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }
}
