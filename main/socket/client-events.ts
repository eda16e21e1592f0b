import type { ClientEvent } from '../../shared/protocol/client-events.ts';
import type { Scope } from '../../shared/scopes.ts';
import type { Server } from '../servers/server.ts';
import type { ServerSession } from './server-session.ts';

const neededScope: Record<ClientEvent['event'], Scope> = {
  send_command: 'console.send',
  power: 'power',
  request_logs: 'console.read',
};

/** Acts on one parsed frame of a client, in the order of arrival; what can't be done is answered with `Error: …` (S12–S15, X6). */
export function handleClientEvent(
  session: ServerSession,
  server: Server | null,
  serverId: string,
  event: ClientEvent,
): void {
  const scope = neededScope[event.event];
  const { connection } = session;
  let refused: string | null;
  if (!connection.grant.may(scope, serverId)) refused = `not permitted: ${scope}`;
  // S4: no events for an unknown id, but an answer to whoever asks something of it.
  else if (!server) refused = `there is no server ${serverId}`;
  else refused = act(session, server, event);
  session.onHandled(event, refused);
  if (refused !== null) connection.error(refused);
}

function act(session: ServerSession, server: Server, event: ClientEvent): string | null {
  switch (event.event) {
    case 'send_command':
      return server.sendCommand(event.command);
    case 'power':
      return server.power(event.action);
    case 'request_logs':
      return session.queueLogs(server, event.lines, event.before);
  }
}
