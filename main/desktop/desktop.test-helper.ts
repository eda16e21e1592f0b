import type { ServerSummary } from '../../shared/model/host.ts';
import type { LastExit } from '../../shared/model/server.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import { Emitter } from '../lib/emitter.ts';
import type { HostWatch, NotificationEvent } from './contract.ts';

/** A server as the host's socket tells it. */
export function summary(changes: Partial<ServerSummary> = {}): ServerSummary {
  return {
    internal_id: 'one',
    name: 'One',
    image: 'game',
    state: 'running',
    ports: [],
    limits: { memory: null, cpu: null },
    started_at: null,
    stats: null,
    last_exit: null,
    ...changes,
  };
}

/** A crash, unless something else is said. */
export function exit(changes: Partial<LastExit> = {}): LastExit {
  return {
    at: 1,
    code: 1,
    signal: null,
    oom: false,
    wanted: false,
    reason: 'crashed (exit code 1)',
    ...changes,
  };
}

/** A host that does what the test says. */
export class FakeWatch implements HostWatch {
  servers: readonly ServerSummary[] | null;
  readonly asked: string[] = [];
  /** What a power action leads to; by default nothing. A throw is the host's refusal. */
  onPower: (id: string, action: PowerAction) => void = () => {};
  private readonly changes = new Emitter<void>();

  constructor(servers: readonly ServerSummary[] | null) {
    this.servers = servers;
  }

  get listeners(): number {
    return this.changes.size;
  }

  onChange(listener: () => void): () => void {
    return this.changes.on(listener);
  }

  onNews(_listener: (news: NotificationEvent) => void): () => void {
    return () => {};
  }

  async power(serverId: string, action: PowerAction): Promise<void> {
    this.asked.push(`${action} ${serverId}`);
    this.onPower(serverId, action);
  }

  set(servers: readonly ServerSummary[] | null): void {
    this.servers = servers;
    this.changes.emit();
  }

  setState(id: string, state: ServerSummary['state']): void {
    this.set((this.servers ?? []).map((one) => (one.internal_id === id ? { ...one, state } : one)));
  }

  close(): void {
    this.changes.clear();
  }
}
