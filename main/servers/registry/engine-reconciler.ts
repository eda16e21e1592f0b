import type { EngineMonitor } from '../../docker/contract.ts';
import type { Limiter } from '../../lib/limiter.ts';
import type { Log } from '../../lib/log.ts';
import { Scope } from '../../lib/scope.ts';
import { sweepNetworks } from '../container/network-sweep.ts';
import type { Server } from '../server.ts';

export interface EngineReconcilerOptions {
  monitor: EngineMonitor;
  startQueue: Limiter;
  hostId: string;
  servers: () => Iterable<Server>;
  /** Also while it is being created or deleted. */
  exists: (id: string) => boolean;
  log: Log;
}

/** Longest wait of `whenReconciled`, in ms. */
const settleMs = 3000;
/** Longest wait of the starts after the host's start for one server whose truth can't be found out, in ms. */
const startHoldMs = 10_000;

/** What the engine's coming and going means for all servers: each finds out what is true, then those that must be are started, in order. */
export class EngineReconciler {
  private readonly options: EngineReconcilerOptions;
  private readonly scope = new Scope();
  private reconciled: Promise<unknown> = Promise.resolve();
  private isUp = false;
  private wasLost = false;

  constructor(options: EngineReconcilerOptions) {
    this.options = options;
    this.scope.add(options.monitor.onState(({ status }) => this.onEngine(status === 'up')));
  }

  close(): void {
    this.scope.close();
  }

  /** A server that has just come to life; the others are told by the engine's own coming and going. */
  add(server: Server): void {
    if (this.isUp) void this.reconcile(server, false);
  }

  /** See `Servers.whenReconciled`. */
  async whenReconciled(): Promise<void> {
    const deadline = performance.now() + settleMs;
    const { monitor } = this.options;
    const isLooking = (): boolean => monitor.state.status === 'connecting' && !this.scope.isClosed;
    while (isLooking() && performance.now() < deadline) await this.scope.pause(20);
    await Promise.race([this.reconciled, this.scope.pause(Math.max(0, deadline - performance.now()))]);
  }

  private onEngine(isUp: boolean): void {
    if (this.isUp === isUp) return;
    this.isUp = isUp;
    const servers = [...this.options.servers()];
    // Starts begin in order once it is known of every server whether it needs one.
    this.options.startQueue.hold();
    if (!isUp) {
      this.wasLost = true;
      for (const server of servers) server.engineLost();
      return;
    }
    this.reconciled = Promise.all(servers.map((server) => this.reconcile(server, this.wasLost)));
    this.wasLost = false;
    void Promise.race([this.reconciled, this.scope.pause(startHoldMs)]).then(() => this.reconciledAll());
  }

  private async reconcile(server: Server, engineWasLost: boolean): Promise<void> {
    if (server.wireState === 'installing') server.install();
    else await server.engineBack(engineWasLost);
  }

  private reconciledAll(): void {
    if (!this.isUp || this.scope.isClosed) return;
    this.options.startQueue.release();
    void this.sweep();
  }

  private async sweep(): Promise<void> {
    const { monitor, hostId, exists, log } = this.options;
    try {
      await sweepNetworks({ engine: monitor.engine, hostId, exists });
    } catch (error) {
      log.warn({ error: String(error) }, 'networks that nobody uses could not be removed');
    }
  }
}
