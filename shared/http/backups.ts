import { z } from 'zod';
import { backupPlaceSchema, backupSchema } from '../model/backup.ts';
import { operationSchema } from '../model/operation.ts';
import { internalIdSchema } from '../model/server.ts';
import { portRequestsSchema } from './container-body.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

/** Bounds of a request, in characters and entries. */
const bounds = { note: 200, path: 32_768, paths: 1000, name: 128 };
/** Spelled as everywhere (A9, A16); '' is all of it. */
const path = z.string().max(bounds.path);

const backupParams = z.strictObject({ id: z.string(), backup: z.string().max(64) });
/** What the store of the backups can answer to everything: it is locked by another host, damaged, or away. */
const storeErrors = ['not_found', 'busy', 'conflict', 'disk_full'] as const;

export const listBackups = defineRoute({
  method: 'GET',
  path: '/containers/:id/backups',
  access: 'backups',
  server: 'id',
  summary: 'The backups of a server, the newest first, also of one that is gone; and where they are',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: storeErrors,
  reply: z.object({ backups: z.array(backupSchema), place: backupPlaceSchema }),
});

export const makeBackup = defineRoute({
  method: 'POST',
  path: '/containers/:id/backups',
  access: 'backups',
  server: 'id',
  summary: 'Begin a backup',
  params: idParams,
  query: nothing,
  body: z
    .strictObject({
      note: z.string().max(bounds.note).default(''),
      /** Stop the server before, and start it again after. Else it runs on, and its files hold still as far as its `freeze` can. */
      stop: z.boolean().default(false),
    })
    .prefault({}),
  status: 202,
  errors: storeErrors,
  reply: operationSchema,
});

export const backupEntrySchema = z.object({
  name: z.string(),
  type: z.enum(['file', 'directory', 'link']),
  size: z.number().int(),
  /** Unix seconds, as of the volume's files. */
  modified_at: z.number().int(),
});
export type BackupEntry = z.infer<typeof backupEntrySchema>;

export const listBackupFiles = defineRoute({
  method: 'GET',
  path: '/containers/:id/backups/:backup/files',
  access: 'backups',
  server: 'id',
  heavy: true,
  summary: 'What is in a folder of a backup, folders first; 100,000 entries at most',
  params: backupParams,
  query: z.strictObject({ path: path.default('') }),
  body: noBody,
  status: 200,
  errors: [...storeErrors, 'too_large'],
  reply: z.object({ files: z.array(backupEntrySchema) }),
});

export const restoreBackup = defineRoute({
  method: 'POST',
  path: '/containers/:id/backups/:backup/restore',
  access: 'backups',
  server: 'id',
  summary: 'Put a backup, or files of it, back into its server; a restore point is made first',
  params: backupParams,
  query: nothing,
  body: z
    .strictObject({
      /** What comes back; all of it if not given, and then what the backup hasn't goes. */
      paths: z.array(path.min(1)).min(1).max(bounds.paths).optional(),
      /** Stop the server before, and start it again after; else one that runs refuses it. */
      stop: z.boolean().default(false),
    })
    .prefault({}),
  status: 202,
  errors: storeErrors,
  reply: operationSchema,
});

export const restoreAsServer = defineRoute({
  method: 'POST',
  path: '/containers/:id/backups/:backup/server',
  access: 'backups',
  server: 'id',
  summary:
    'Make a new server of a backup: the definition of then, another id, other ports, a volume of its own',
  params: backupParams,
  query: nothing,
  body: z.strictObject({
    internal_id: internalIdSchema,
    name: z.string().min(1).max(bounds.name).optional(),
    /** As of a create request; left out: free ones of the pool, the numbers of before where they are free. */
    ports: portRequestsSchema.optional(),
  }),
  status: 202,
  errors: storeErrors,
  reply: operationSchema,
});

export const deleteBackup = defineRoute({
  method: 'DELETE',
  path: '/containers/:id/backups/:backup',
  access: 'backups',
  server: 'id',
  summary: 'Delete a backup, and free what no other one needs',
  params: backupParams,
  query: nothing,
  body: noBody,
  status: 202,
  errors: storeErrors,
  reply: operationSchema,
});

export const rehearseBackup = defineRoute({
  method: 'POST',
  path: '/containers/:id/backups/:backup/rehearse',
  access: 'backups',
  server: 'id',
  summary:
    'Start a copy of the server from a backup, without ports, until its ready line comes; then throw it away',
  params: backupParams,
  query: nothing,
  body: noBody,
  status: 202,
  errors: storeErrors,
  reply: operationSchema,
});

export const checkBackup = defineRoute({
  method: 'POST',
  path: '/containers/:id/backups/:backup/check',
  access: 'backups',
  server: 'id',
  summary: 'Read all of a backup and compare it; what the living files still have is made good',
  params: backupParams,
  query: nothing,
  body: noBody,
  status: 202,
  errors: storeErrors,
  reply: operationSchema,
});
