import type { MendPlace } from '../../shared/model/crash.ts';
import type { Scope } from '../../shared/scopes.ts';

/** How a mend is done; `go` leads to a place where people do it themselves. */
export type MendDeed =
  | { do: 'write_file'; path: string; text: string; environment?: Readonly<Record<string, string>> }
  | { do: 'raise_memory' }
  | { do: 'change_port' }
  | { do: 'run_as_image' }
  | { do: 'reinstall' }
  | { do: 'start' }
  | { do: 'go'; to: MendPlace };

/** What may help against a cause, as data. `{1}` in the label stands for what the deed would make of it. */
export interface MendEntry {
  id: string;
  label: string;
  deed: MendDeed;
  scopes: readonly Scope[];
}

const go = (id: string, label: string, to: MendPlace): MendEntry => ({
  id,
  label,
  deed: { do: 'go', to },
  scopes: [],
});

export const mendCatalogue: readonly MendEntry[] = [
  {
    id: 'accept_eula',
    label: 'Accept the EULA',
    // Images that write the file themselves go by their variable; it is only set where the server has it.
    deed: { do: 'write_file', path: 'eula.txt', text: 'eula=true\n', environment: { EULA: 'TRUE' } },
    scopes: ['files.write'],
  },
  {
    id: 'raise_memory',
    label: 'Raise memory to {1}',
    deed: { do: 'raise_memory' },
    scopes: ['containers.write'],
  },
  { id: 'change_port', label: 'Take a free port', deed: { do: 'change_port' }, scopes: ['containers.write'] },
  {
    id: 'run_as_image',
    label: 'Run it as the image’s user',
    deed: { do: 'run_as_image' },
    scopes: ['containers.write'],
  },
  { id: 'try_again', label: 'Try again', deed: { do: 'reinstall' }, scopes: ['containers.write'] },
  { id: 'reinstall', label: 'Install it anew', deed: { do: 'go', to: 'settings' }, scopes: [] },
  { id: 'start', label: 'Start again', deed: { do: 'start' }, scopes: ['power'] },
  go('image', 'Change the image', 'settings'),
  go('limits', 'Open its limits', 'settings'),
  go('start_settings', 'Open its start settings', 'settings'),
  go('environment', 'Open its variables', 'settings'),
  go('mounts', 'Open its mounts', 'settings'),
  go('volume', 'Make its volume larger', 'settings'),
  go('files', 'Open its files', 'files'),
  go('network', 'Open its ports', 'network'),
  go('backups', 'Open its backups', 'backups'),
];
