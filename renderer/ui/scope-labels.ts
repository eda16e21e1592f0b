import { type Scope, scopes } from '../../shared/scopes.ts';

/** What can be granted: `tokens` is the master token's alone. */
export type GrantableScope = Exclude<Scope, 'tokens'>;
export const grantableScopes: readonly GrantableScope[] = scopes.filter(
  (scope): scope is GrantableScope => scope !== 'tokens',
);

/** Scopes in words. */
export const scopeLabels: Record<GrantableScope, string> = {
  'containers.read': 'See servers (every connection needs it)',
  'containers.write': 'Create, change and delete servers',
  'console.read': 'Read the console',
  'console.send': 'Type into the console',
  power: 'Start, stop, restart, kill',
  'files.read': 'Read files and volumes',
  'files.write': 'Change files and volumes',
  backups: 'Make, restore and delete backups',
  network: 'The pool of ports',
  schedules: 'Schedules; each step needs its own right, too',
  system: 'The machine, the configuration, the record of changes',
};
