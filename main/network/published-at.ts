import type { PortBinding } from '../../shared/model/server.ts';

/** Where a published port answers for this host; `engineHost`: the machine that the engine publishes on, where that isn't this one. */
export function publishedAt(
  { ip, host_port }: PortBinding,
  engineHost: string | null,
): { host: string; port: number } {
  return { host: engineHost ?? here(ip), port: host_port };
}

function here(ip: string): string {
  if (ip === '0.0.0.0' || ip === '') return '127.0.0.1';
  return ip === '::' ? '::1' : ip;
}
