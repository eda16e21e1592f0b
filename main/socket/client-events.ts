import type { ClientEvent, PowerAction } from '../../shared/protocol/client-events.ts';
import type { Scope } from '../../shared/scopes.ts';
import type { Grant } from '../auth/contract.ts';

const neededScope: Record<ClientEvent['event'], Scope> = {
  send_command: 'console.send',
  power: 'power',
  request_logs: 'console.read',
};

/** What a client's frames can be about. Both say why they did not do it; null: done. */
export interface CommandedServer {
  sendCommand(command: string): string | null;
  power(action: PowerAction): string | null;
}

export interface ClientEventContext {
  grant: Pick<Grant, 'may'>;
  serverId: string;
  /** Null where there is no server of this id (yet). */
  server: CommandedServer | null;
  /** It is on record, and only being set up. */
  isBeingSetUp: () => boolean;
  /** Takes a request for lines of the console; why not, or null. */
  logs: (lines: number, before: number | undefined) => string | null;
}

/**
 * Acts on one parsed frame of a client (S12–S15, X6). Null when it was done, else why not, in words for the client: what it
 * may not do, there is no such server, or the server's own reason.
 */
export function handleClientEvent(context: ClientEventContext, event: ClientEvent): string | null {
  const { grant, serverId, server, logs } = context;
  const scope = neededScope[event.event];
  if (!grant.may(scope, serverId)) return `not permitted: ${scope}`;
  // S4: no events for an unknown id, but an answer to whoever asks something of it.
  if (!server)
    return context.isBeingSetUp()
      ? `not sent: the server ${serverId} is still being set up; try again in a moment`
      : `there is no server ${serverId}`;
  switch (event.event) {
    case 'send_command':
      return server.sendCommand(event.command);
    case 'power':
      return server.power(event.action);
    case 'request_logs':
      return logs(event.lines, event.before);
  }
}
