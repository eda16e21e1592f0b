import type { ClientEvent } from '../../shared/protocol/client-events.ts';
import { actorOf } from '../audit/actor.ts';
import type { Audit } from '../audit/contract.ts';
import type { Grant } from '../auth/contract.ts';
import { plainAddress } from '../lib/address.ts';

export interface HandledEvent {
  grant: Grant;
  /** The peer's. */
  address: string;
  serverId: string;
  event: ClientEvent;
  /** Why it was refused; null if it was done. */
  refused: string | null;
}

/**
 * Records what a client changed or tried to change by socket. A command's text is not kept: it is typed into a console, where
 * passwords are typed too; only its length is told.
 */
export function recordEvent(audit: Audit, { grant, address, serverId, event, refused }: HandledEvent): void {
  const detail = detailOf(event);
  if (detail === null) return;
  audit.record({
    actor: actorOf(grant),
    address: plainAddress(address),
    via: 'socket',
    action: event.event,
    container: serverId,
    volume: null,
    detail,
    result: refused ?? 'ok',
  });
}

/** Null for events that change nothing. */
function detailOf(event: ClientEvent): string | null {
  switch (event.event) {
    case 'send_command':
      return `${Buffer.byteLength(event.command)} bytes`;
    case 'power':
      return event.action;
    case 'request_logs':
      return null;
  }
}
