import {
  killContainer,
  restartContainer,
  startContainer,
  stopContainer,
} from '../../shared/http/containers.ts';
import { errorReply, vendorType } from '../../shared/http/route.ts';
import type { Connection } from '../../shared/model/connection.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import { strings } from './shell-strings.ts';

/** A host that takes longer is as good as away, in ms. */
const answerMs = 30_000;

const routes = {
  start: startContainer,
  stop: stopContainer,
  restart: restartContainer,
  kill: killContainer,
};

/** Asks the host to begin a power action. Rejects with the host's own words, or with ours if it can't be reached. */
export async function askPower(
  { url, token }: Connection,
  serverId: string,
  action: PowerAction,
): Promise<void> {
  const route = routes[action];
  const address = new URL(route.path.replace(':id', encodeURIComponent(serverId)), url);
  const headers = { accept: vendorType, authorization: `Bearer ${token}` };
  let status: number;
  let text: string;
  try {
    const signal = AbortSignal.timeout(answerMs);
    const response = await fetch(address, { method: route.method, headers, redirect: 'error', signal });
    status = response.status;
    text = await response.text();
  } catch (error) {
    throw new Error(strings.hostUnreachable, { cause: error });
  }
  if (status !== route.status) throw new Error(problemIn(text) ?? strings.hostRefused(action, status));
}

function problemIn(text: string): string | null {
  try {
    return errorReply.parse(JSON.parse(text)).error;
  } catch {
    return null;
  }
}
