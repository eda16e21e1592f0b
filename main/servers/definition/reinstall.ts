import { LightdeckError } from '../../../shared/errors.ts';
import type { InstallChanges } from '../contract.ts';
import type { ServerLink } from '../server-link.ts';

/** A6: begins the install anew, with what is changed for it. Throws LightdeckError `busy`, and then nothing was changed. */
export function reinstallServer(link: ServerLink, changes: InstallChanges): void {
  const refused = link.refusal('reinstall');
  if (refused !== null) throw new LightdeckError('busy', refused);
  const { stored } = link;
  const definition = { ...stored.definition, ...changes };
  // Written together with the new state, so that a host that is killed has begun it with the changes, or not at all.
  link.keep({ ...stored, definition, install_error: null });
  link.dispatch({ type: 'command', action: 'reinstall' });
}
