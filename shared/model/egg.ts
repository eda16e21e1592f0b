import { z } from 'zod';

/** The formats of eggs that are read: Pterodactyl's (PTDL) and Pelican's (PLCN). */
export const eggFormats = ['PTDL_v1', 'PTDL_v2', 'PLCN_v1', 'PLCN_v2', 'PLCN_v3'] as const;
export const eggFormatSchema = z.enum(eggFormats);
export type EggFormat = z.infer<typeof eggFormatSchema>;

/**
 * What a value of a variable must be, one rule each. `value` bounds a number, `length` counts characters; null is no bound, bounds are
 * inclusive but for `above` and `below`. An empty value is only held to `required`.
 */
export const eggCheckSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('required') }),
  z.object({ kind: z.literal('number'), whole: z.boolean() }),
  z.object({ kind: z.literal('value'), min: z.number().nullable(), max: z.number().nullable() }),
  z.object({ kind: z.literal('above'), than: z.number() }),
  z.object({ kind: z.literal('below'), than: z.number() }),
  z.object({ kind: z.literal('length'), min: z.number().nullable(), max: z.number().nullable() }),
  z.object({ kind: z.literal('digits'), min: z.number(), max: z.number() }),
  z.object({ kind: z.literal('boolean') }),
  z.object({ kind: z.literal('one_of'), values: z.array(z.string()) }),
  z.object({ kind: z.literal('none_of'), values: z.array(z.string()) }),
  z.object({ kind: z.literal('starts_with'), values: z.array(z.string()), not: z.boolean() }),
  z.object({ kind: z.literal('ends_with'), values: z.array(z.string()), not: z.boolean() }),
  /** Without and with digits; `alpha_dash` takes `-` and `_` too. */
  z.object({ kind: z.literal('letters'), of: z.enum(['alpha', 'alpha_num', 'alpha_dash']) }),
  /** A regular expression as RE2 takes it; `flags` are of `ims`. `not`: it must not match. */
  z.object({ kind: z.literal('pattern'), pattern: z.string(), flags: z.string(), not: z.boolean() }),
  z.object({ kind: z.literal('url') }),
  z.object({ kind: z.literal('ip'), version: z.enum(['4', '6', 'any']) }),
  z.object({ kind: z.literal('email') }),
]);
export type EggCheck = z.infer<typeof eggCheckSchema>;

/** What a value is typed into. `on` and `off` are the values of a switch; `fixed` is a choice of one. */
export const eggFieldSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text') }),
  z.object({ kind: z.literal('number'), whole: z.boolean() }),
  z.object({ kind: z.literal('switch'), on: z.string(), off: z.string() }),
  z.object({ kind: z.literal('choice'), options: z.array(z.string()) }),
  z.object({ kind: z.literal('fixed'), value: z.string() }),
  /** A further port, to be published with the same number inside. */
  z.object({ kind: z.literal('port') }),
]);
export type EggField = z.infer<typeof eggFieldSchema>;

/** `key` is the variable's name for programs; `rules` as the egg has them, `checks` what is held to of them. */
export const eggVariableSchema = z.object({
  name: z.string(),
  description: z.string(),
  key: z.string(),
  default: z.string(),
  viewable: z.boolean(),
  editable: z.boolean(),
  rules: z.array(z.string()),
  checks: z.array(eggCheckSchema),
  field: eggFieldSchema,
  /** Not to be shown or logged as it is. */
  secret: z.boolean(),
  sort: z.number().int().nullable(),
});
export type EggVariable = z.infer<typeof eggVariableSchema>;

/** `local`: it is on the machine and not to be pulled. */
export const eggImageSchema = z.object({ name: z.string(), image: z.string(), local: z.boolean() });
export type EggImage = z.infer<typeof eggImageSchema>;

/**
 * How it is stopped: a line typed into its console, or a signal, then `timeout` seconds until SIGKILL. SIGINT is what `^C` stands for.
 */
export const eggStopSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), command: z.string() }),
  z.object({ kind: z.literal('signal'), signal: z.string(), timeout: z.number().int() }),
]);
export type EggStop = z.infer<typeof eggStopSchema>;

/** What a line of the console says when the server is ready: a part of it as it is, or a regular expression. */
export const eggDoneSchema = z.object({ kind: z.enum(['text', 'pattern']), text: z.string() });
export type EggDone = z.infer<typeof eggDoneSchema>;

export const configParsers = ['file', 'properties', 'yaml', 'json', 'ini', 'xml', 'toml'] as const;
export const configParserSchema = z.enum(configParsers);
export type ConfigParser = z.infer<typeof configParserSchema>;

/** With its placeholders. Numbers that a double can't hold exactly are text. */
export const configValueSchema = z.union([z.string(), z.boolean(), z.number()]);
export type ConfigValue = z.infer<typeof configValueSchema>;

/**
 * One place of a configuration file: it gets `value`; or, with `when`, that of the first case that its present value equals or (`pattern`)
 * matches.
 */
export const configReplacementSchema = z.object({
  match: z.string(),
  value: configValueSchema.nullable(),
  when: z.array(z.object({ equals: z.string(), pattern: z.boolean(), value: configValueSchema })),
});
export type ConfigReplacement = z.infer<typeof configReplacementSchema>;

/** `path` below the server's folder, with slashes and none in front. `create`: a file that is missing is made. */
export const eggConfigFileSchema = z.object({
  path: z.string(),
  parser: configParserSchema,
  create: z.boolean(),
  find: z.array(configReplacementSchema),
});
export type EggConfigFile = z.infer<typeof eggConfigFileSchema>;

/** `script` with line ends of Unix, given to `entrypoint` as a file. */
export const eggInstallSchema = z.object({
  image: z.string(),
  entrypoint: z.array(z.string()),
  script: z.string(),
});
export type EggInstall = z.infer<typeof eggInstallSchema>;

/** An egg in one form, whatever format it had. All texts are plain; placeholders (`{{…}}`) are in them as they were. */
export const eggSchema = z.object({
  format: eggFormatSchema,
  uuid: z.string().nullable(),
  name: z.string(),
  author: z.string(),
  description: z.string(),
  exported_at: z.string().nullable(),
  update_url: z.string().nullable(),
  tags: z.array(z.string()),
  /** A `data:` URL of a picture. */
  icon: z.string().nullable(),
  images: z.array(eggImageSchema),
  startup: z.array(z.object({ name: z.string(), command: z.string() })),
  stop: eggStopSchema,
  done: z.array(eggDoneSchema),
  config_files: z.array(eggConfigFileSchema),
  install: eggInstallSchema.nullable(),
  variables: z.array(eggVariableSchema),
  features: z.array(z.string()),
  file_denylist: z.array(z.string()),
});
export type Egg = z.infer<typeof eggSchema>;
