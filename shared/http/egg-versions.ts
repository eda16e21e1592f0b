import { z } from 'zod';
import { serverEggSchema } from '../model/server.ts';
import { eggEntrySchema } from './eggs.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

/** A line of two texts; `gap` stands for lines that are the same, and `text` says how many. */
export const diffLineSchema = z.object({
  kind: z.enum(['same', 'added', 'removed', 'gap']),
  text: z.string(),
});
export type DiffLine = z.infer<typeof diffLineSchema>;

export const eggParts = [
  'about',
  'images',
  'startup',
  'ready',
  'stop',
  'variables',
  'config_files',
  'install',
  'other',
] as const;

/** One thing that two versions of an egg have differently: in words, and line by line. */
export const eggChangeSchema = z.object({
  part: z.enum(eggParts),
  text: z.string(),
  lines: z.array(diffLineSchema),
});
export type EggChange = z.infer<typeof eggChangeSchema>;

export const checkEgg = defineRoute({
  method: 'POST',
  path: '/eggs/:id/check',
  access: 'containers.write',
  summary: 'Ask the place where an egg is from whether it has another version; nothing is taken',
  params: idParams,
  query: nothing,
  /** `allow_private`: addresses of the machine’s own networks, too. */
  body: z.strictObject({ allow_private: z.boolean().default(false) }).prefault({}),
  status: 200,
  /** `conflict`: it is an address of the machine’s own networks. `not_found`: also where nobody knows where it is from. */
  errors: ['conflict', 'not_found', 'too_large', 'timeout'],
  /**
   * `same`: the newest version here is what is there. `newer`, `older` (it was here before, or says that it is), `other`: nobody can tell. `text` is what is there,
   * to be sent to `POST /eggs`; null where it is the same. `changes` is empty where nothing but its layout is different.
   */
  reply: z.object({
    url: z.string(),
    outcome: z.enum(['same', 'newer', 'older', 'other']),
    sha256: z.string(),
    text: z.string().nullable(),
    changes: z.array(eggChangeSchema),
    notes: z.array(z.string()),
  }),
  heavy: true,
});

export const compareEggVersions = defineRoute({
  method: 'GET',
  path: '/eggs/:id/changes',
  access: 'containers.read',
  summary: 'What two versions of an egg have differently',
  params: idParams,
  query: z.strictObject({ from: z.string().max(64), to: z.string().max(64).optional() }),
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ changes: z.array(eggChangeSchema) }),
  heavy: true,
});

export const readServerEgg = defineRoute({
  method: 'GET',
  path: '/containers/:id/egg',
  access: 'containers.read',
  server: 'id',
  summary:
    'Whether the egg of a server has a newer version in the catalogue, and what moving to it would change',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  /**
   * `none`: it came from no egg. `unknown`: that isn't in the catalogue. `changes` are the egg's; `fields` of the server would change; `notes` say what stays as it
   * is, and why. `image`: what it should be installed anew with, since the version doesn't have its image; null: its own will do.
   */
  reply: z.object({
    state: z.enum(['none', 'unknown', 'newest', 'newer']),
    egg: serverEggSchema.nullable(),
    entry: eggEntrySchema.nullable(),
    changes: z.array(eggChangeSchema),
    fields: z.array(z.string()),
    notes: z.array(z.string()),
    image: z.string().nullable(),
  }),
  heavy: true,
});

export const moveServerEgg = defineRoute({
  method: 'POST',
  path: '/containers/:id/egg',
  access: 'containers.write',
  server: 'id',
  summary:
    'Move a server to the newest version of its egg; the values of its variables stay, nothing is installed',
  params: idParams,
  query: nothing,
  /** The version that was looked at; the catalogue has another one by now: 409. */
  body: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a version of an egg') }),
  status: 200,
  errors: ['not_found', 'conflict', 'busy'],
  /** As `GET` has them; `restart_required`: the fields that a running server has with its next start. */
  reply: z.object({
    fields: z.array(z.string()),
    notes: z.array(z.string()),
    image: z.string().nullable(),
    restart_required: z.array(z.string()),
  }),
  heavy: true,
});
