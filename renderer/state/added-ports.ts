import { addPort, bulkDeletePorts } from '../../shared/http/ports.ts';
import type { NetProtocol } from '../../shared/model/server.ts';
import { api } from '../link/api.ts';

interface PoolPort {
  ip: string;
  port: number;
  protocol: NetProtocol;
}

/** Ports that are put into the pool for one purpose, and taken out again if nothing comes of it. */
export class AddedPorts {
  private readonly client: Pick<typeof api, 'call'>;
  private readonly added: PoolPort[] = [];

  constructor(client: Pick<typeof api, 'call'> = api) {
    this.client = client;
  }

  /** Rejects with ApiError. */
  async add(port: PoolPort): Promise<void> {
    await this.client.call(addPort, { body: port });
    this.added.push(port);
  }

  /** Those that somebody else uses by now stay. Never rejects: what it follows is the failure to tell of. */
  async takeBack(): Promise<void> {
    const ports = this.added.splice(0);
    if (ports.length === 0) return;
    await this.client.call(bulkDeletePorts, { body: { ports } }).catch(() => {});
  }
}
