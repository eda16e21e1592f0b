import { type Scope, scopes } from '../../shared/scopes.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/scope-labels.en.json';

const t = textsOf('ui/scope-labels', en);

/** What can be granted: `tokens` is the master token's alone. */
export type GrantableScope = Exclude<Scope, 'tokens'>;
export const grantableScopes: readonly GrantableScope[] = scopes.filter(
  (scope): scope is GrantableScope => scope !== 'tokens',
);

/** Scopes in words. */
export const scopeLabels: Record<GrantableScope, string> = {
  'containers.read': t('long.containers.read'),
  'containers.write': t('long.containers.write'),
  'console.read': t('long.console.read'),
  'console.send': t('long.console.send'),
  power: t('long.power'),
  'files.read': t('long.files.read'),
  'files.write': t('long.files.write'),
  backups: t('long.backups'),
  network: t('long.network'),
  schedules: t('long.schedules'),
  system: t('long.system'),
};

/** The same in a word or two, for lists. */
const shortLabels: Record<GrantableScope, string> = {
  'containers.read': t('short.containers.read'),
  'containers.write': t('short.containers.write'),
  'console.read': t('short.console.read'),
  'console.send': t('short.console.send'),
  power: t('short.power'),
  'files.read': t('short.files.read'),
  'files.write': t('short.files.write'),
  backups: t('short.backups'),
  network: t('short.network'),
  schedules: t('short.schedules'),
  system: t('short.system'),
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
  watch: t('presets.watch'),
  moderate: t('presets.moderate'),
  manage: t('presets.manage'),
  everything: t('presets.everything'),
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
  if (scopes === null) return t('allButTokens');
  const preset = presetOf(scopes);
  if (preset !== null) return presetLabels[preset];
  if (scopes.length === 0) return t('nothing');
  return scopes.map((scope) => (scope === 'tokens' ? t('short.tokens') : shortLabels[scope])).join(', ');
}

/** The servers that something is for, by name; one that isn't there (any more) by its id, which is said. */
export function serversInWords(
  ids: readonly string[],
  known: readonly { internal_id: string; name: string }[],
): string {
  const names = new Map(known.map(({ internal_id, name }) => [internal_id, name]));
  return ids.map((id) => names.get(id) ?? t('gone', { id })).join(', ');
}
