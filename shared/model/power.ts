import type { PowerAction } from '../protocol/client-events.ts';
import type { WireState } from './server.ts';

/** Whether a server has a program: one that takes input, and could lose something. */
export const isUp = (state: WireState): boolean =>
  state === 'starting' || state === 'running' || state === 'stopping';

/** What makes sense in each state; the host has the last word. */
export function powerActionsIn(state: WireState): PowerAction[] {
  switch (state) {
    case 'installed':
    case 'exit':
      return ['start'];
    case 'running':
    case 'starting':
      return ['stop', 'restart', 'kill'];
    case 'stopping':
      return ['kill'];
    case 'installing':
    case 'failed':
    case 'unknown':
      return [];
  }
}
