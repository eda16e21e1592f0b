import { z } from 'zod';
import { protocolSchema } from '../model/server.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

const portSchema = z.object({ ip: z.string(), port: z.number().int(), protocol: protocolSchema });

/** Bytes that a volume takes, or null where that isn't known (yet); its size in MiB. */
const filesSchema = z.object({
  volume_id: z.string(),
  size_mb: z.number().int(),
  used: z.number().int().nullable(),
});

/** A server that was deleted and can be had back until `expires_at`. Times in Unix seconds. */
export const deletedServerSchema = z.object({
  /** Names this one deletion: an id can have been deleted more than once. */
  deletion: z.string(),
  internal_id: z.string(),
  name: z.string(),
  image: z.string(),
  deleted_at: z.number().int(),
  expires_at: z.number().int(),
  by: z.string(),
  /** Null: they were deleted since. */
  files: filesSchema.nullable(),
  /** Its files go when it goes for good. */
  with_files: z.boolean(),
  /** Why it can't be had back now, in words; null if it can. */
  problem: z.string().nullable(),
});
export type DeletedServer = z.infer<typeof deletedServerSchema>;

/** Files that no server has. `from` is the server that they were of, null where that isn't known. */
export const keptFilesSchema = filesSchema.extend({
  created_at: z.number().int(),
  from: z
    .object({ internal_id: z.string(), name: z.string(), image: z.string(), deleted_at: z.number().int() })
    .nullable(),
});
export type KeptFiles = z.infer<typeof keptFilesSchema>;

export const listDeleted = defineRoute({
  method: 'GET',
  path: '/host/deleted',
  access: 'containers.read',
  summary: 'Deleted servers that can be had back, and files that no server has',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  /** `files`: for tokens that may read the files of all servers; else none. */
  reply: z.object({
    servers: z.array(deletedServerSchema),
    files: z.array(keptFilesSchema),
    keep_days: z.number(),
  }),
});

export const undeleteContainer = defineRoute({
  method: 'POST',
  path: '/containers/:id/undelete',
  access: 'containers.write',
  server: 'id',
  summary: 'Bring a deleted server back, stopped, with its files, console, usage and SFTP login',
  params: idParams,
  query: nothing,
  /** Without `deletion` the last one of that id. */
  body: z.strictObject({ deletion: z.uuid().exactOptional() }).prefault({}),
  status: 200,
  errors: ['not_found', 'conflict'],
  /** `lost_ports`: those that it had and that others have by now, or the pool hasn't any more. `sftp_login` `taken`: another server has its user name. */
  reply: z.object({
    message: z.literal('Container restored'),
    internal_id: z.string(),
    lost_ports: z.array(portSchema),
    sftp_login: z.enum(['none', 'restored', 'taken']),
  }),
});

export const purgeDeleted = defineRoute({
  method: 'DELETE',
  path: '/host/deleted/:deletion',
  access: 'containers.write',
  summary: 'Delete what is kept of a deleted server for good',
  params: z.strictObject({ deletion: z.uuid() }),
  /** Whether its files go, too; left out: as was asked when it was deleted. */
  query: z.strictObject({ files: z.enum(['keep', 'delete']).exactOptional() }),
  body: noBody,
  status: 200,
  errors: ['not_found', 'conflict', 'busy'],
  reply: z.object({ message: z.literal('Deleted for good') }),
});
