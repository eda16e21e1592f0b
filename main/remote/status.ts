import type { InstallState } from '../../shared/model/server.ts';
import type { RemoteUpdate } from './remote-table.ts';

/** A12: the bodies of `POST {url}/update`. */
export type PanelMessage =
  | { event: 'update'; server: string; status: 'installing' | 'ready' }
  | { event: 'update'; server: string; error: 'failed'; data: string };

/** Longest detail of a failure, in characters. */
const maxDetail = 2000;

export function statusOf(state: InstallState): RemoteUpdate['status'] {
  return state === 'installed' ? 'ready' : state;
}

/** `error` is why the install failed, if it did. */
export function updateOf(server: string, state: InstallState, error: string | null): RemoteUpdate {
  const detail = state === 'failed' ? (error ?? 'the install failed').slice(0, maxDetail) : '';
  return { server, status: statusOf(state), detail };
}

export function messageOf({ server, status, detail }: RemoteUpdate): PanelMessage {
  return status === 'failed'
    ? { event: 'update', server, error: 'failed', data: detail }
    : { event: 'update', server, status };
}
