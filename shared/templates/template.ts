import { z } from 'zod';
import { playersSettingSchema } from '../model/players.ts';
import { remoteConsoleSchema } from '../model/remote-console.ts';
import { freezeSchema, userModeSchema } from '../model/server.ts';

/** Bytes of a MiB; sizes in templates are in MiB. */
const size = z.number().int().positive();
const variableName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'must be the name of an environment variable');

/**
 * One thing that a template asks for; it becomes an environment variable. Empty is left out of the environment unless
 * `required`. `min` and `max` bound numbers by value and secrets by length. A switch has the texts that it is told by.
 */
export const templateVariableSchema = z
  .strictObject({
    name: variableName,
    label: z.string().min(1),
    help: z.string(),
    type: z.enum(['text', 'number', 'choice', 'switch', 'secret']),
    default: z.string(),
    required: z.boolean().default(false),
    /** Of the whole text. */
    pattern: z.string().optional(),
    min: z.number().int().optional(),
    max: z.number().int().optional(),
    options: z.array(z.string()).min(2).optional(),
    on: z.string().optional(),
    off: z.string().optional(),
  })
  .refine(({ type, options }) => (type === 'choice') === (options !== undefined), 'a choice needs options')
  .refine(
    ({ type, on, off }) => (type === 'switch') === (on !== undefined && off !== undefined),
    'a switch needs on and off',
  );
export type TemplateVariable = z.infer<typeof templateVariableSchema>;

/** A game (or another program) that can be hosted: everything a new server of it needs, and what to ask. */
export const templateSchema = z.strictObject({
  name: z.string().min(1),
  /** One sentence. */
  summary: z.string().min(1),
  group: z.enum(['Minecraft', 'Survival', 'Building', 'Shooter', 'Voice']),
  image: z.string().min(1),
  /** Where its makers explain it. */
  docs: z.url({ protocol: /^https$/ }),
  /** Where the image keeps its data; the volume is mounted there, too. Null: in the usual place, /home/container. */
  data_path: z.string().startsWith('/').nullable(),
  /** Whom it must run as (A19), for images that need a user of their own or begin as root; missing: what suits the host. */
  user: userModeSchema.optional(),
  /** Lines of the shell. */
  startup: z.array(z.string()).min(1),
  /** Lines of the install script, if there is one. */
  install: z.array(z.string()).min(1).optional(),
  /** What the console says when players may come; null: unknown, then running means that the process runs. */
  ready: z.string().nullable(),
  stop: z
    .strictObject({ command: z.string().optional(), signal: z.string().optional(), timeout: size })
    .refine(({ command, signal }) => (command === undefined) !== (signal === undefined), 'one of both'),
  /** What makes its files hold still for a backup while it runs; missing: nothing is known that does. */
  freeze: freezeSchema.optional(),
  /** How its console tells all players something: a command with `{text}` in it. Left out where that isn't known. */
  say: z.string().includes('{text}').optional(),
  /** How it is known who plays (P1); left out: nobody can tell. */
  players: playersSettingSchema.optional(),
  /** Its console, where that isn't standard input (R1). */
  console: remoteConsoleSchema.optional(),
  ports: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        container: z.number().int().min(1).max(65_535),
        protocol: z.enum(['tcp', 'udp']),
      }),
    )
    .min(1),
  /** Always the same. */
  environment: z.record(variableName, z.string()),
  variables: z.array(templateVariableSchema),
  /** What must be agreed to, and the variable by which the image is told so. */
  eula: z
    .strictObject({
      label: z.string(),
      url: z.url({ protocol: /^https$/ }),
      variable: variableName,
      value: z.string(),
    })
    .nullable(),
  /** In MiB. */
  memory: z.strictObject({ minimum: size, recommended: size }),
  /** Room for a new volume, in MiB. */
  disk: size,
});
export type Template = z.infer<typeof templateSchema>;
