import { z } from 'zod';
import { configParserSchema } from './egg.ts';

/** The formats whose settings can be told one by one; in a `file` of lines each that looks like a name and a value. */
export const settingParserSchema = configParserSchema;
export type SettingParser = z.infer<typeof settingParserSchema>;

/** One value of a configuration file. `match` is its place, as E5 has it; `help` is the comment above it. */
export const configSettingSchema = z.object({
  match: z.string(),
  value: z.string(),
  kind: z.enum(['text', 'number', 'boolean']),
  help: z.string(),
});
export type ConfigSetting = z.infer<typeof configSettingSchema>;

/** What files of settings are mostly called, by the end of their names. */
const ends: readonly (readonly [RegExp, SettingParser])[] = [
  [/\.properties$/i, 'properties'],
  [/\.(ini|cfg|conf)$/i, 'ini'],
  [/\.ya?ml$/i, 'yaml'],
  [/\.(json|jsonc|json5)$/i, 'json'],
  [/\.toml$/i, 'toml'],
  [/\.xml$/i, 'xml'],
];

/** The format that a file most likely has; null: none that is known. */
export const parserOfName = (name: string): SettingParser | null =>
  ends.find(([end]) => end.test(name))?.[1] ?? null;
