import { z } from 'zod';
import {
  allowedMountSchema,
  intervalSchema,
  listenHostSchema,
  listenPortSchema,
  priceSchema,
  readRateSchema,
  trashDaysSchema,
} from '../model/settings.ts';
import { configViewSchema } from './remote.ts';
import { defineRoute, noBody, nothing } from './route.ts';
import { sftpStateSchema } from './sftp.ts';

/** Bounds of what a request may say, in characters or entries. */
const bounds = { host: 255, path: 4096, url: 2048, token: 4096, folders: 64 };

/** Whether SFTP listens; `port` is the real one, null while it doesn't, `problem` why it could not. */
export const sftpStatusSchema = z.object({
  state: sftpStateSchema,
  port: z.number().int().nullable(),
  problem: z.string().nullable(),
});
export type SftpStatus = z.infer<typeof sftpStatusSchema>;

/** How it stands with the panel (A12), since the host's start or the last change of address or token. Times in Unix ms. */
export const remoteStatusSchema = z.object({
  /** `waiting`: it was asked, and has not answered yet. */
  state: z.enum(['off', 'waiting', 'connected', 'failing']),
  last_success: z.number().nullable(),
  /** `problem` in words, as in "it answered 401". */
  last_failure: z.object({ at: z.number(), problem: z.string() }).nullable(),
});
export type RemoteStatus = z.infer<typeof remoteStatusSchema>;

/** What can be changed while the host runs, as it is in force; `remote.token` masked (A15). */
export const settingsSchema = configViewSchema
  .pick({ docker: true, monitoring: true, remote: true, sftp: true })
  .extend({
    storage: configViewSchema.shape.storage.pick({ allowed_mounts: true, trash_days: true }),
    backups: configViewSchema.shape.backups.pick({ read_rate_mb: true }),
    sftp_status: sftpStatusSchema,
    remote_status: remoteStatusSchema,
    /** Keys whose values wait for the next start of the host, whoever changed them. */
    restart_required: z.array(z.string()),
    /** Whether this token may change `docker` and `storage`, too. */
    owner: z.boolean(),
  });
export type SettingsView = z.infer<typeof settingsSchema>;

const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes('\0'), 'must not contain NUL');
const price = priceSchema.max(1_000_000).exactOptional();

/** Any of these, at least one; what is left out stays. `allowed_mounts` is replaced as a whole, an empty token takes it away. */
export const changeSettingsBody = z
  .strictObject({
    docker: z.strictObject({ socket_path: text(bounds.path).exactOptional() }).exactOptional(),
    storage: z
      .strictObject({
        allowed_mounts: z
          .array(
            allowedMountSchema
              .max(bounds.path)
              .refine((path) => !path.includes('\0'), 'must not contain NUL'),
          )
          .max(bounds.folders)
          .exactOptional(),
        trash_days: trashDaysSchema.exactOptional(),
      })
      .exactOptional(),
    backups: z.strictObject({ read_rate_mb: readRateSchema.exactOptional() }).exactOptional(),
    monitoring: z
      .strictObject({
        enabled: z.boolean().exactOptional(),
        interval_ms: intervalSchema.exactOptional(),
        billing: z
          .strictObject({
            memory_per_gb_hour: price,
            cpu_per_vcpu_hour: price,
            storage_per_gb_hour: price,
            egress_per_gb: price,
          })
          .exactOptional(),
      })
      .exactOptional(),
    remote: z
      .strictObject({
        enabled: z.boolean().exactOptional(),
        url: text(bounds.url).exactOptional(),
        token: text(bounds.token).exactOptional(),
      })
      .exactOptional(),
    sftp: z
      .strictObject({
        enabled: z.boolean().exactOptional(),
        host: listenHostSchema
          .max(bounds.host)
          .regex(/^\S+$/, 'must be an address or a name without spaces')
          .exactOptional(),
        port: listenPortSchema.exactOptional(),
      })
      .exactOptional(),
  })
  .refine(
    (body) => Object.values(body).some((part) => Object.keys(part).length > 0),
    'send at least one setting of docker, storage, backups, monitoring, remote, sftp',
  );
export type SettingsChanges = z.output<typeof changeSettingsBody>;

/** Not `/settings`: that is the page's own address. */
const path = '/host/settings';

export const readSettings = defineRoute({
  method: 'GET',
  path,
  access: 'system',
  summary: 'What can be changed while the host runs, and how SFTP and the panel are doing',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: settingsSchema,
});

export const changeSettings = defineRoute({
  method: 'PATCH',
  path,
  access: 'system',
  summary: 'Change the configuration; the reply says what waits for the next start of the host',
  params: nothing,
  query: nothing,
  body: changeSettingsBody,
  status: 200,
  errors: [],
  /** `changed_keys`: the names of what has another value now. */
  reply: settingsSchema.extend({ changed_keys: z.array(z.string()) }),
});
