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
    // What its name stands for now is what it is installed with.
    { definition: { ...state.definition, image_pin: null, ...changes }, install_error: null },
  );
  if (refused !== null) throw new LightdeckError('busy', refused);
}
