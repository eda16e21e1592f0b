import { LightdeckError } from '../../../shared/errors.ts';
import type { InstallChanges } from '../contract.ts';
import type { ServerState } from '../server-state.ts';

/**
 * A6: begins the install anew, with what is changed for it. Throws LightdeckError `busy`, or what the store throws, and
 * then nothing was changed.
 */
export function reinstallServer(state: ServerState, changes: InstallChanges): void {
  const refused = state.dispatchWith(
    { type: 'command', action: 'reinstall' },
    { definition: { ...state.definition, ...changes }, install_error: null },
  );
  if (refused !== null) throw new LightdeckError('busy', refused);
}
