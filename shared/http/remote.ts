import { z } from 'zod';
import { defineRoute, noBody, nothing } from './route.ts';

/** A15: the configuration as it is in force, with masked tokens. Prices are for a GiB or a core. */
export const configViewSchema = z.object({
  version: z.number(),
  server: z.object({ host: z.string(), port: z.number() }),
  authorization: z.object({ enabled: z.boolean(), token: z.string() }),
  docker: z.object({ socket_path: z.string() }),
  storage: z.object({
    base_path: z.string(),
    volumes_path: z.string(),
    allowed_mounts: z.array(z.string()),
    trash_days: z.number(),
  }),
  backups: z.object({ folder: z.string(), read_rate_mb: z.number() }),
  monitoring: z.object({
    enabled: z.boolean(),
    interval_ms: z.number(),
    billing: z.object({
      memory_per_gb_hour: z.number(),
      cpu_per_vcpu_hour: z.number(),
      storage_per_gb_hour: z.number(),
      egress_per_gb: z.number(),
    }),
  }),
  remote: z.object({ enabled: z.boolean(), url: z.string(), token: z.string() }),
  sftp: z.object({ enabled: z.boolean(), host: z.string(), port: z.number() }),
});

export const readRemoteConfig = defineRoute({
  method: 'GET',
  path: '/remote/config',
  access: 'system',
  summary: 'The configuration; tokens are shown as lightd_…last4',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: configViewSchema,
});

export const reloadRemoteConfig = defineRoute({
  method: 'POST',
  path: '/remote/config/reload',
  access: 'system',
  summary: 'Read the configuration file again; what can change while the host runs does',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({
    message: z.literal('Configuration reloaded successfully'),
    /** Keys whose new values wait for the next start of the host. */
    restart_required: z.array(z.string()),
    /** Sentences about what was odd, such as an unknown key. */
    warnings: z.array(z.string()),
  }),
});
