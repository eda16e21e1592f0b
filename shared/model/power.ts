import type { PowerAction } from '../protocol/client-events.ts';
import type { WireState } from './server.ts';

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
