import { killContainer, restartContainer, startContainer, stopContainer } from '../shared/http/containers.ts';
import type { PowerAction } from '../shared/protocol/client-events.ts';
import type { HttpClient } from './http-client.ts';

const calls: Record<PowerAction, (client: HttpClient, id: string) => Promise<unknown>> = {
  start: (client, id) => client.call(startContainer, { params: { id } }),
  stop: (client, id) => client.call(stopContainer, { params: { id } }),
  restart: (client, id) => client.call(restartContainer, { params: { id } }),
  kill: (client, id) => client.call(killContainer, { params: { id } }),
};

/** Asks the host to begin a power action on this server; resolves when it has begun. Rejects with ApiError. */
export async function askPower(client: HttpClient, serverId: string, action: PowerAction): Promise<void> {
  await calls[action](client, serverId);
}
