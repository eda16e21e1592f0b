import type { PortBinding } from '../../shared/model/server.ts';

/** Addresses that mean "all of this machine's": a player needs a real one, which is the name that this page was opened by. */
const everywhere = new Set(['0.0.0.0', '::']);

/** What a player types to join, from the first published port; null if there is none. */
export function addressOf(ports: readonly PortBinding[]): string | null {
  const [first] = ports;
  if (!first) return null;
  const here = window.location.protocol.startsWith('http') ? window.location.hostname : 'localhost';
  const host = everywhere.has(first.ip) ? here : first.ip;
  return `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${first.host_port}`;
}
