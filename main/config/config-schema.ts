import { z } from 'zod';
import {
  allowedMountSchema,
  intervalSchema,
  listenHostSchema,
  listenPortSchema,
  priceSchema,
  readRateSchema,
  trashDaysSchema,
} from '../../shared/model/settings.ts';
import { isNetwork } from '../lib/client-address.ts';
import { panelProblem } from './panel-settings.ts';

/** A2: `lightd_` and at least 13 more characters. Visible ASCII, since it rides in headers and addresses. */
export const masterTokenSchema = z
  .string()
  .max(256, 'must be at most 256 characters long')
  .regex(/^lightd_[\x21-\x7e]{13,}$/, 'must be lightd_ followed by at least 13 characters without spaces');

const trustedProxySchema = z
  .string()
  .refine(isNetwork, 'must be an address or a network like 10.0.0.0/8, not a name');

/**
 * A15: `config.json` as it stands in the file, defaults filled in. Relative folders are resolved by `data-paths.ts`.
 * `docker.socket_path` empty means: look for an engine. Unknown keys are left out here and kept in the file.
 */
export const configSchema = z.object({
  version: z.literal(1, 'is a format that this Lightdeck does not know (it knows 1)').default(1),
  server: z
    .object({
      host: listenHostSchema.default('127.0.0.1'),
      port: listenPortSchema.default(8070),
      /** Whether the networks that it listens on are told of the host. */
      announce: z.boolean().default(false),
      /** B10: proxies before it (addresses and networks), of which `X-Forwarded-For` is believed. */
      trusted_proxies: z.array(trustedProxySchema).max(64).default([]),
    })
    .prefault({}),
  authorization: z.object({
    // A1: nothing but the ping goes without a token, so switching the check off can't be granted.
    enabled: z.literal(true, 'must be true: Lightdeck never runs without token checks').default(true),
    token: masterTokenSchema,
  }),
  docker: z.object({ socket_path: z.string().default('') }).prefault({}),
  storage: z
    .object({
      /** Relative to the data folder. */
      base_path: z.string().min(1, 'must not be empty').default('storage'),
      /** Relative to `base_path`. */
      volumes_path: z.string().min(1, 'must not be empty').default('volumes'),
      /** A10: `auto` makes volumes as images whose size the kernel keeps, where that works; `measured` always makes plain folders. */
      quota: z.enum(['auto', 'measured']).default('auto'),
      /** A8: host folders under which custom mounts are allowed. */
      allowed_mounts: z.array(allowedMountSchema).default([]),
      /** For how many days what is deleted can be had back; 0: not at all. */
      trash_days: trashDaysSchema.default(7),
    })
    .prefault({}),
  backups: z
    .object({
      /** Where the backups are: absolute; empty is `backups` beside the volumes, which is no backup when that disk fails. */
      folder: z.string().default(''),
      /** How many MiB of a server's files a backup reads each second at most; 0: as fast as the disk is when nobody else wants it. */
      read_rate_mb: readRateSchema.default(0),
    })
    .prefault({}),
  monitoring: z
    .object({
      enabled: z.boolean().default(true),
      interval_ms: intervalSchema.default(60_000),
      billing: z
        .object({
          memory_per_gb_hour: priceSchema.default(0.01),
          cpu_per_vcpu_hour: priceSchema.default(0.05),
          storage_per_gb_hour: priceSchema.default(0.005),
          egress_per_gb: priceSchema.default(0.12),
        })
        .prefault({}),
    })
    .prefault({}),
  remote: z
    .object({
      enabled: z.boolean().default(false),
      url: z.string().default(''),
      token: z.string().default(''),
    })
    .superRefine((remote, context) => {
      const problem = panelProblem(remote);
      if (problem) context.addIssue({ code: 'custom', path: [problem.field], message: problem.why });
    })
    .prefault({}),
  sftp: z
    .object({
      enabled: z.boolean().default(true),
      host: listenHostSchema.default('127.0.0.1'),
      port: listenPortSchema.default(2022),
    })
    .prefault({}),
});
export type Config = z.infer<typeof configSchema>;
