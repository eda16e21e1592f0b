import { z } from 'zod';
import { eggConfigFileSchema, eggSchema } from '../model/egg.ts';
import { installerSchema, serverEggSchema, stopMethodSchema } from '../model/server.ts';
import { defineRoute, nothing } from './route.ts';

/** Longest text of an egg that is taken, in characters; a whole request has 1 MiB (A3). */
const maxText = 2 * 1024 * 1024;

/** An egg as a file has it, JSON or YAML. */
const eggText = z.string().min(1, 'must not be empty').max(maxText);

/** `notes`: all that was changed, left out or not understood, a line each. */
export const eggPreviewSchema = z.object({ egg: eggSchema, notes: z.array(z.string()) });
export type EggPreview = z.infer<typeof eggPreviewSchema>;

export const previewEgg = defineRoute({
  method: 'POST',
  path: '/eggs/preview',
  access: 'containers.write',
  summary: 'Read an egg and say what would become of it; nothing is made',
  params: nothing,
  query: nothing,
  body: z.strictObject({ text: eggText }),
  status: 200,
  errors: [],
  reply: eggPreviewSchema,
  heavy: true,
});

/** What of a create request (A5) an egg decides; the id, the volume, ports and limits are left to whoever creates it. */
export const eggServerSchema = z.object({
  image: z.string(),
  startup_command: z.string(),
  entrypoint: z.literal('image'),
  start_pattern: z.string().nullable(),
  environment: z.record(z.string(), z.string()),
  stop: stopMethodSchema,
  tty: z.boolean(),
  user: z.literal('image'),
  install_script: z.string().nullable(),
  installer: installerSchema.nullable(),
  config_files: z.array(eggConfigFileSchema),
  egg: serverEggSchema,
});
export type EggServer = z.infer<typeof eggServerSchema>;

export const planEgg = defineRoute({
  method: 'POST',
  path: '/eggs/plan',
  access: 'containers.write',
  summary: 'An egg and values for its variables as a server to be created; nothing is made',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    text: eggText,
    /** Of its variables, by their keys; the others have their defaults. */
    values: z.record(z.string().max(191), z.string().max(32_768)).default({}),
    /** One of its images, one of its start commands by name; the first ones if they are left out. */
    image: z.string().max(512).optional(),
    startup: z.string().max(191).optional(),
    /** Whether its install script is run. */
    install: z.boolean().default(true),
  }),
  status: 200,
  errors: [],
  /** `problems`: what is wrong with a value, as words that follow the field's name. */
  reply: z.object({
    server: eggServerSchema,
    problems: z.record(z.string(), z.string()),
    notes: z.array(z.string()),
  }),
  heavy: true,
});
