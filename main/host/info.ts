import { cpus, hostname, totalmem } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { HostInfo, LanAddress } from '../../shared/model/host.ts';
import { MiB } from '../../shared/units.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import { Emitter } from '../lib/emitter.ts';
import { Scope } from '../lib/scope.ts';
import type { StoreHealth } from '../store/health.ts';
import type { LanAddresses } from './lan-addresses.ts';
import type { HostUsage } from './usage.ts';

export interface HostInfoOptions {
  monitor: EngineMonitor;
  health: Pick<StoreHealth, 'state' | 'onChange'>;
  usage: () => Promise<HostUsage>;
  lan: Pick<LanAddresses, 'current' | 'look'>;
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
  private addresses: LanAddress[];

  constructor(options: HostInfoOptions) {
    this.options = options;
    this.told = {
      cpu: { cores: cpus().length, usage: 0 },
      memory: { total: totalmem(), used: 0 },
      disk: { total: 0, used: 0 },
    };
    this.addresses = options.lan.current();
    const notify = (): void => this.changes.emit(this.current());
    this.scope.add(options.monitor.onState(notify));
    this.scope.add(options.health.onChange(notify));
  }

  /** The engine as it is now, the machine as it was last looked at. */
  current(): HostInfo {
    const { monitor, health, version } = this.options;
    const { addresses, told } = this;
    return { name: hostname(), version, engine: monitor.state, store: health.state, addresses, ...told };
  }

  /** The machine is looked at from now on; returns the disposer. */
  onChange(listener: (info: HostInfo) => void): () => void {
    const dispose = this.changes.on(listener);
    if (this.timer === null) {
      this.timer = setInterval(() => void this.look(), everyMs).unref();
      void this.look();
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

  /** Never rejects. */
  private async look(): Promise<void> {
    const { usage, lan } = this.options;
    const [figures] = await Promise.all([usage(), lan.look()]);
    const addresses = lan.current();
    const hasMoved = !isDeepStrictEqual(addresses, this.addresses);
    if (!hasMoved && !isWorthTelling(this.told, figures)) return;
    this.told = figures;
    this.addresses = addresses;
    this.changes.emit(this.current());
  }

  private rest(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }
}

function isWorthTelling(told: HostUsage, { cpu, memory, disk }: HostUsage): boolean {
  return (
    Math.abs(cpu.usage - told.cpu.usage) >= worthTelling.cpu ||
    Math.abs(memory.used - told.memory.used) >= worthTelling.memory ||
    Math.abs(disk.used - told.disk.used) >= worthTelling.disk
  );
}
