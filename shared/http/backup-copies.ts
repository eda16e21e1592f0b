import { z } from 'zod';
import { backupSchema, keepRulesSchema } from '../model/backup.ts';
import {
  backupCopySchema,
  copySecretFields,
  copyServerSchema,
  copyTargetName,
  copyTargetSchema,
  fingerprintSchema,
  sftpFolder,
  sftpUser,
} from '../model/backup-copy.ts';
import { operationSchema } from '../model/operation.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

const targetParams = z.strictObject({ target: z.string().max(64) });
const copyParams = z.strictObject({ id: z.string(), target: z.string().max(64) });
/** What another machine can answer. */
const farErrors = ['not_found', 'timeout', 'conflict', 'busy', 'disk_full'] as const;
const whichBackup = z.strictObject({ backup: z.string().min(1).max(64) });

export const listCopyTargets = defineRoute({
  method: 'GET',
  path: '/host/backup-targets',
  access: 'system',
  summary: 'The SFTP servers where backups are copied to; never with what logs in there',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  /** `owner`: whether this token may change them. */
  reply: z.object({ targets: z.array(copyTargetSchema), owner: z.boolean() }),
});

export const lookAtCopyServer = defineRoute({
  method: 'POST',
  path: '/host/backup-targets/look',
  access: 'system',
  summary:
    "The key that an SFTP server shows, to be compared with what its owner says; nobody logs in. The master token's alone",
  params: nothing,
  query: nothing,
  body: copyServerSchema,
  status: 200,
  errors: ['timeout'],
  reply: z.object({ fingerprint: z.string() }),
});

export const addCopyTarget = defineRoute({
  method: 'POST',
  path: '/host/backup-targets',
  access: 'system',
  summary: "Add an SFTP server, after a file was written there and read back. The master token's alone",
  params: nothing,
  query: nothing,
  body: copyServerSchema
    .extend({
      name: copyTargetName,
      username: sftpUser,
      folder: sftpFolder.default('lightdeck'),
      fingerprint: fingerprintSchema,
      automatic: z.boolean().default(false),
      keep: keepRulesSchema.nullable().default(null),
      ...copySecretFields,
    })
    .refine(
      ({ password, private_key }) => (password === undefined) !== (private_key === undefined),
      'password or private_key: one of the two',
    ),
  status: 200,
  errors: farErrors,
  reply: copyTargetSchema,
});

export const changeCopyTarget = defineRoute({
  method: 'PATCH',
  path: '/host/backup-targets/:target',
  access: 'system',
  summary:
    "Change its name, whether each backup is copied there, what is kept there, or what logs in. The master token's alone",
  params: targetParams,
  query: nothing,
  body: z
    .strictObject({
      name: copyTargetName.optional(),
      automatic: z.boolean().optional(),
      keep: keepRulesSchema.nullable().optional(),
      fingerprint: fingerprintSchema.optional(),
      ...copySecretFields,
    })
    .refine(
      ({ password, private_key }) => password === undefined || private_key === undefined,
      'password or private_key: one of the two',
    ),
  status: 200,
  errors: farErrors,
  reply: copyTargetSchema,
});

export const removeCopyTarget = defineRoute({
  method: 'DELETE',
  path: '/host/backup-targets/:target',
  access: 'system',
  summary: "Forget it; what was copied stays there. The master token's alone",
  params: targetParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ message: z.string() }),
});

export const testCopyTarget = defineRoute({
  method: 'POST',
  path: '/host/backup-targets/:target/test',
  access: 'system',
  summary: 'Log in, write a small file, read it back and remove it',
  params: targetParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: farErrors,
  /** How many copies lie there. */
  reply: z.object({ copies: z.number().int() }),
});

export const listAllCopies = defineRoute({
  method: 'GET',
  path: '/host/backup-targets/:target/backups',
  access: 'system',
  heavy: true,
  summary: 'All copies that lie there, newest first, of whichever server; also those of another host',
  params: targetParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: farErrors,
  reply: z.object({ backups: z.array(backupSchema) }),
});

export const previewCopyRules = defineRoute({
  method: 'POST',
  path: '/host/backup-targets/:target/preview',
  access: 'system',
  heavy: true,
  summary: 'Which of the copies that lie there rules would remove; nothing is removed',
  params: targetParams,
  query: nothing,
  body: z.strictObject({ rules: keepRulesSchema }),
  status: 200,
  errors: farErrors,
  /** `kept`: how many would stay. */
  reply: z.object({ remove: z.array(backupSchema), kept: z.number().int() }),
});

export const tidyCopies = defineRoute({
  method: 'POST',
  path: '/host/backup-targets/:target/tidy',
  access: 'system',
  summary:
    "Remove what its rules don't keep, and what is left of copies that were cut short. The master token's alone",
  params: targetParams,
  query: nothing,
  body: noBody,
  status: 202,
  errors: [...farErrors, 'invalid'],
  reply: operationSchema,
});

export const listBackupCopies = defineRoute({
  method: 'GET',
  path: '/containers/:id/backup-copies',
  access: 'backups',
  server: 'id',
  summary: "Where a server's backups can be copied to, and which of them were",
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({
    targets: z.array(copyTargetSchema.pick({ id: true, name: true, automatic: true })),
    copies: z.array(backupCopySchema),
  }),
});

export const listServerCopies = defineRoute({
  method: 'GET',
  path: '/containers/:id/backup-copies/:target',
  access: 'backups',
  server: 'id',
  heavy: true,
  summary: 'The copies of its backups that lie there, newest first',
  params: copyParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: farErrors,
  reply: z.object({ backups: z.array(backupSchema) }),
});

/** What is done with one backup and a target. */
const work = {
  method: 'POST',
  access: 'backups',
  server: 'id',
  params: copyParams,
  query: nothing,
  body: whichBackup,
  status: 202,
  errors: farErrors,
  reply: operationSchema,
} as const;

export const copyBackup = defineRoute({
  ...work,
  path: '/containers/:id/backup-copies/:target',
  summary: 'Copy a backup there: what it has already is not sent again, what is sent is read back',
});

export const checkCopy = defineRoute({
  ...work,
  path: '/containers/:id/backup-copies/:target/check',
  summary: 'Read all of a copy, and compare every block; what is damaged there and whole here is sent anew',
});

export const fetchCopy = defineRoute({
  ...work,
  path: '/containers/:id/backup-copies/:target/fetch',
  summary: 'Bring a copy back here, where it is a backup like the others',
});

export const deleteCopy = defineRoute({
  method: 'DELETE',
  path: '/containers/:id/backup-copies/:target/:backup',
  access: 'backups',
  server: 'id',
  summary: 'Delete a copy there, and what no other copy there needs; the backup here stays',
  params: copyParams.extend({ backup: z.string().min(1).max(64) }),
  query: nothing,
  body: noBody,
  status: 202,
  errors: [...farErrors, 'invalid'],
  reply: operationSchema,
});
