import { LightdeckError } from '../../shared/errors.ts';
import type { Servers, ServerView } from './contract.ts';

/** The server of that id as a caller knows it. Throws LightdeckError `not_found`. */
export function existingServer(servers: Pick<Servers, 'get'>, id: string): ServerView {
  const view = servers.get(id);
  if (!view) throw noSuchServer();
  return view;
}

/** What is said of a server that isn't there: one that went meanwhile, too. */
export function noSuchServer(): LightdeckError {
  return new LightdeckError('not_found', 'Container not found');
}
