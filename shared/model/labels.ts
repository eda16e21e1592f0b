import type { PowerAction } from '../protocol/client-events.ts';
import { hasCrashed, type LastExit, type WireState } from './server.ts';

/** What people read of a server's state, the same in the page, in the tray and in menus. */
export const stateLabels: Record<WireState, string> = {
  installing: 'Installing',
  installed: 'Ready to start',
  starting: 'Starting',
  running: 'Running',
  stopping: 'Stopping',
  exit: 'Stopped',
  failed: 'Install failed',
  unknown: 'Unknown',
};

/** In place of the state's own label after a run that ended badly. */
export const crashedLabel = 'Crashed';

/** A server's state as people read it, a crash told from a stop. */
export const stateLabel = (server: { state: WireState; last_exit: LastExit | null }): string =>
  server.state === 'exit' && hasCrashed(server.last_exit) ? crashedLabel : stateLabels[server.state];

/** What a button or an entry of a menu says that begins the action. */
export const powerLabels: Record<PowerAction, string> = {
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  kill: 'Kill',
};
