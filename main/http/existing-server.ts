import { LightdeckError } from '../../shared/errors.ts';
import type { Servers, ServerView } from '../servers/contract.ts';

/** The server of that id. Throws LightdeckError `not_found`. */
export function existingServer(servers: Servers, id: string): ServerView {
  const view = servers.get(id);
  if (!view) throw new LightdeckError('not_found', 'Container not found');
  return view;
}
