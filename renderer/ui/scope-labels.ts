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

/** The same in a word or two, for lists. */
const shortLabels: Record<GrantableScope, string> = {
  'containers.read': 'see servers',
  'containers.write': 'change servers',
  'console.read': 'read the console',
  'console.send': 'type commands',
  power: 'start and stop',
  'files.read': 'read files',
  'files.write': 'change files',
  backups: 'backups',
  network: 'port pool',
  schedules: 'schedules',
  system: 'this machine',
};

/** Usual sets of rights, from little to all that can be granted. */
export const presets = {
  watch: ['containers.read', 'console.read'],
  moderate: ['containers.read', 'console.read', 'console.send', 'power'],
  manage: grantableScopes.filter((scope) => scope !== 'system' && scope !== 'network'),
  everything: grantableScopes,
} as const satisfies Record<string, readonly GrantableScope[]>;
type Preset = keyof typeof presets;
export const presetLabels: Record<Preset, string> = {
  watch: 'Watch',
  moderate: 'Moderate',
  manage: 'Manage',
  everything: 'Everything',
};

/** The usual set that has just these rights; null if none does. */
export function presetOf(scopes: readonly string[]): Preset | null {
  const isSame = (preset: readonly string[]): boolean =>
    preset.length === scopes.length && preset.every((scope) => scopes.includes(scope));
  for (const name of presetNames) if (isSame(presets[name])) return name;
  return null;
}
export const presetNames = ['watch', 'moderate', 'manage', 'everything'] as const satisfies readonly Preset[];

/** What somebody may do, in words; null: all but making tokens. */
export function scopesInWords(scopes: readonly Scope[] | null): string {
  if (scopes === null) return 'everything but tokens';
  const preset = presetOf(scopes);
  if (preset !== null) return presetLabels[preset];
  if (scopes.length === 0) return 'nothing';
  return scopes.map((scope) => (scope === 'tokens' ? 'tokens' : shortLabels[scope])).join(', ');
}

/** The servers that something is for, by name; one that isn't there (any more) by its id, which is said. */
export function serversInWords(
  ids: readonly string[],
  known: readonly { internal_id: string; name: string }[],
): string {
  const names = new Map(known.map(({ internal_id, name }) => [internal_id, name]));
  return ids.map((id) => names.get(id) ?? `${id} (no such server)`).join(', ');
}
