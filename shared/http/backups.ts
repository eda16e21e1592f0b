import { z } from 'zod';
import { backupPlaceSchema, backupSchema, keepRulesSchema } from '../model/backup.ts';
import { operationSchema } from '../model/operation.ts';
import { internalIdSchema } from '../model/server.ts';
import { portRequestsSchema } from './container-body.ts';
import { bytes, defineRoute, idParams, noBody, nothing } from './route.ts';

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

/** A file as it is, or a folder (and all of it) as an archive. */
const downloadFormats = ['file', 'zip', 'tar', 'tar.gz'] as const;
export type DownloadFormat = (typeof downloadFormats)[number];
const what = { path: path.default(''), format: z.enum(downloadFormats).default('zip') };

export const readBackupContent = defineRoute({
  method: 'GET',
  path: '/containers/:id/backups/:backup/content',
  access: 'backups',
  server: 'id',
  heavy: true,
  summary: 'A file of a backup, or a folder or all of it as an archive that is made while it is sent',
  params: backupParams,
  query: z.strictObject(what),
  body: noBody,
  status: 200,
  errors: storeErrors,
  reply: bytes,
  raw: 'reply',
});

export const createBackupDownload = defineRoute({
  method: 'POST',
  path: '/containers/:id/backups/:backup/download',
  access: 'backups',
  server: 'id',
  summary: 'A link to the same that works once, within five minutes, without a token',
  params: backupParams,
  query: nothing,
  body: z.strictObject(what),
  status: 200,
  errors: storeErrors,
  /** `url` without the host: the caller knows where he reached it. */
  reply: z.object({ url: z.string(), expires_at: z.iso.datetime() }),
});

export const useBackupDownload = defineRoute({
  method: 'GET',
  path: '/backup-downloads/:key',
  access: 'public',
  summary: 'What such a link leads to',
  params: z.strictObject({ key: z.string() }),
  query: nothing,
  body: noBody,
  status: 200,
  errors: storeErrors,
  reply: bytes,
  raw: 'reply',
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

export const restoreArchive = defineRoute({
  method: 'POST',
  path: '/containers/:id/backups/archive',
  access: 'backups',
  server: 'id',
  summary:
    "Put an archive that lies in the server's files, such as another panel's backup, in their place; a restore point is made first",
  params: idParams,
  query: nothing,
  body: z.strictObject({
    path: path.min(1),
    /** Of the archive, '' for all of it; without it the one folder in which all lies, where the server has none of that name. */
    folder: path.optional(),
    /** What the archive hasn't goes, but the archive itself. */
    clear: z.boolean().default(false),
    stop: z.boolean().default(false),
  }),
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

const keepReason = z.object({ rule: z.enum(['last', 'daily', 'weekly', 'monthly']), of: z.string() });

export const readBackupRules = defineRoute({
  method: 'GET',
  path: '/containers/:id/backup-rules',
  access: 'backups',
  server: 'id',
  summary: 'Which of its backups a server keeps',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  /** Null: all of them. */
  reply: z.object({ rules: keepRulesSchema.nullable() }),
});

export const changeBackupRules = defineRoute({
  method: 'PUT',
  path: '/containers/:id/backup-rules',
  access: 'backups',
  server: 'id',
  summary: 'Change them; what they delete goes after the next backup',
  params: idParams,
  query: nothing,
  body: z.strictObject({ rules: keepRulesSchema.nullable() }),
  status: 200,
  errors: ['not_found'],
  reply: z.object({ rules: keepRulesSchema.nullable() }),
});

export const previewBackupRules = defineRoute({
  method: 'POST',
  path: '/containers/:id/backup-rules/preview',
  access: 'backups',
  server: 'id',
  summary: 'What rules would keep, and why, and what they would delete now',
  params: idParams,
  query: nothing,
  body: z.strictObject({ rules: keepRulesSchema }),
  status: 200,
  errors: storeErrors,
  /** `of`: which of the newest (`1`), which day (`2026-11-30`), week (`2026-W49`) or month (`2026-11`). `remove`: newest first. */
  reply: z.object({
    keep: z.array(z.object({ id: z.string(), why: z.array(keepReason) })),
    remove: z.array(z.string()),
  }),
});

export const readBackupPlace = defineRoute({
  method: 'GET',
  path: '/host/backups',
  access: 'system',
  summary: 'Where the backups are, and other disks where they could be',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({
    place: backupPlaceSchema,
    proposals: z.array(z.object({ folder: z.string(), free: z.number() })),
    /** Whether this token may change it. */
    owner: z.boolean(),
  }),
});

export const changeBackupPlace = defineRoute({
  method: 'PUT',
  path: '/host/backups',
  access: 'system',
  summary:
    'Use another folder for the backups, with those that are there; the ones of before stay where they are',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    /** Absolute; empty is the one beside the volumes. */
    folder: z
      .string()
      .max(4096)
      .refine((folder) => !folder.includes('\0'), 'must not contain NUL'),
  }),
  status: 200,
  errors: storeErrors,
  reply: z.object({ place: backupPlaceSchema }),
});
