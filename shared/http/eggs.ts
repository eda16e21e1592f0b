import { z } from 'zod';
import { eggConfigFileSchema, eggSchema } from '../model/egg.ts';
import {
  installerSchema,
  portNumberSchema,
  protocolSchema,
  serverEggSchema,
  stopMethodSchema,
} from '../model/server.ts';
import { serverVariableSchema } from '../model/server-variable.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

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

export const fetchEgg = defineRoute({
  method: 'POST',
  path: '/eggs/fetch',
  access: 'containers.write',
  summary: 'Get the text of an egg from an https address; nothing is made',
  params: nothing,
  query: nothing,
  /** `allow_private`: addresses of the machine’s own networks, too. */
  body: z.strictObject({
    url: z.string().min(1, 'must not be empty').max(2048),
    allow_private: z.boolean().default(false),
  }),
  status: 200,
  /** `conflict`: it is an address of the machine’s own networks. */
  errors: ['conflict', 'not_found', 'too_large', 'timeout'],
  /** `url`: where it was found in the end. */
  reply: z.object({ text: z.string(), url: z.string() }),
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
  variables: z.array(serverVariableSchema),
});
export type EggServer = z.infer<typeof eggServerSchema>;

export const planEgg = defineRoute({
  method: 'POST',
  path: '/eggs/plan',
  access: 'containers.write',
  summary: 'An egg and values for its variables as a server to be created; nothing is made',
  params: nothing,
  query: nothing,
  body: z
    .strictObject({
      /** One of the two: the egg itself, or the id of one of the catalogue. */
      text: eggText.optional(),
      id: z.string().max(64).optional(),
      /** Of its variables, by their keys; the others have their defaults. */
      values: z.record(z.string().max(191), z.string().max(32_768)).default({}),
      /** One of its images, one of its start commands by name; the first ones if they are left out. */
      image: z.string().max(512).optional(),
      startup: z.string().max(191).optional(),
      /** Whether its install script is run. */
      install: z.boolean().default(true),
    })
    .refine(({ text, id }) => (text === undefined) !== (id === undefined), 'send either text or id'),
  status: 200,
  errors: ['not_found'],
  /**
   * `problems`: what is wrong with a value, as words that follow the field's name. `eula`: what its game asks its owner to accept (E17), and where that is to be read;
   * null: nothing that is known.
   */
  reply: z.object({
    server: eggServerSchema,
    eula: z.object({ label: z.string(), url: z.string() }).nullable(),
    problems: z.record(z.string(), z.string()),
    notes: z.array(z.string()),
  }),
  heavy: true,
});

/** An egg of the host's catalogue, by its newest version (SHA-256 of its text). Times in Unix milliseconds. */
export const eggEntrySchema = z.object({
  id: z.string(),
  name: z.string(),
  author: z.string(),
  sha256: z.string(),
  source: z.string().nullable(),
  created_at: z.number().int(),
  updated_at: z.number().int(),
});
export type EggEntry = z.infer<typeof eggEntrySchema>;

const knownEggSchema = eggPreviewSchema.extend({
  entry: eggEntrySchema,
  /** Of the version that is shown. */
  sha256: z.string(),
  /** Newest first. */
  versions: z.array(z.object({ sha256: z.string(), imported_at: z.number().int() })),
});

const versionQuery = z.strictObject({ version: z.string().max(64).optional() });

export const importEgg = defineRoute({
  method: 'POST',
  path: '/eggs',
  access: 'containers.write',
  summary: 'Take an egg into the catalogue, or a newer version of one',
  params: nothing,
  query: nothing,
  /** `source`: where it is from, for people. */
  body: z.strictObject({ text: eggText, source: z.string().max(2048).nullable().default(null) }),
  status: 200,
  errors: ['conflict'],
  reply: knownEggSchema.extend({ outcome: z.enum(['added', 'updated', 'known']) }),
  heavy: true,
});

export const listEggs = defineRoute({
  method: 'GET',
  path: '/eggs',
  access: 'containers.read',
  summary: 'The eggs of the catalogue, by name',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({ eggs: z.array(eggEntrySchema) }),
});

export const getEgg = defineRoute({
  method: 'GET',
  path: '/eggs/:id',
  access: 'containers.read',
  summary: 'One egg of the catalogue, in its newest version or another one',
  params: idParams,
  query: versionQuery,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: knownEggSchema,
  heavy: true,
});

export const exportEggRoute = defineRoute({
  method: 'GET',
  path: '/eggs/:id/export',
  access: 'containers.read',
  summary: 'One egg as PTDL_v2, for other panels',
  params: idParams,
  query: versionQuery,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ file_name: z.string(), text: z.string() }),
  heavy: true,
});

export const deleteEgg = defineRoute({
  method: 'DELETE',
  path: '/eggs/:id',
  access: 'containers.write',
  summary: 'Delete an egg from the catalogue; its servers stay as they are',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ message: z.literal('Egg deleted') }),
});

/** What a `docker run` line or a compose service asks for, as a create request takes it (A5) but for the ports, which come from the pool. */
export const describedServerSchema = z.object({
  image: z.string(),
  name: z.string().nullable(),
  entrypoint: z.literal('image'),
  startup_command: z.string(),
  environment: z.record(z.string(), z.string()),
  ports: z.array(
    z.object({ host_port: portNumberSchema, container_port: portNumberSchema, protocol: protocolSchema }),
  ),
  limits: z.object({ memory: z.number().nullable(), cpu: z.number().nullable() }),
  data_path: z.string().nullable(),
  stop: stopMethodSchema,
  user: z.literal('root').nullable(),
  read_only_root: z.boolean(),
  tty: z.boolean(),
});
export type DescribedServer = z.infer<typeof describedServerSchema>;

export const describeServer = defineRoute({
  method: 'POST',
  path: '/eggs/describe',
  access: 'containers.write',
  summary: 'A docker run line or a compose file as a server to be created; nothing is made',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    text: z.string().min(1, 'must not be empty').max(262_144),
    /** Of a compose file with several. */
    service: z.string().max(191).optional(),
  }),
  status: 200,
  errors: [],
  /** `refused`: what is not taken, each with the reason. */
  reply: z.object({
    server: describedServerSchema,
    notes: z.array(z.string()),
    refused: z.array(z.string()),
  }),
});
