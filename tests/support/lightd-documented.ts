import { z } from 'zod';

/** What Lightd's documentation gives as a literal: ours is that, or begins with it (A3a). */
const literal = (text: string) => z.string().startsWith(text);
const text = z.string().min(1);
const count = z.number().nonnegative();
const seconds = z.number().int().min(1_000_000_000).max(9_999_999_999);
const port = z.number().int().min(1).max(65_535);
const protocol = z.enum(['tcp', 'udp']);
const money = z.number();

const volume = z.object({ id: text, path: text, created_at: seconds, quota_mb: count });
const poolPort = z.object({ ip: text, port, protocol, in_use: z.boolean() });
const started = (message: string) => z.object({ message: literal(message), internal_id: text });
const container = z.object({
  internal_id: text,
  container_id: text,
  volume_id: text,
  image: text,
  startup_command: text,
  start_pattern: z.string().nullable(),
  install_state: z.enum(['installing', 'ready', 'failed']),
  ports: z.array(z.object({ ip: text, port, protocol })),
  limits: z.object({ memory: count.nullable(), cpu: count.nullable() }),
  mount: z.record(z.string(), z.string()),
  created_at: seconds,
  updated_at: seconds,
});
const sftp = z.object({ username: text, host: text, port, volume_path: z.literal('/home/container') });
const nullable = count.nullable();
const usage = (period: string) =>
  z.object({
    container_id: text,
    period: z.literal(period),
    memory_usage_gb: count,
    cpu_usage_vcpu: count,
    storage_usage_gb: count,
    network_egress_gb: count,
    memory_cost: money,
    cpu_cost: money,
    storage_cost: money,
    egress_cost: money,
    total_cost: money,
    timestamp: seconds,
  });

export interface Documented {
  status: number;
  /** Every documented field with its kind or literal; more fields are ours. */
  reply: z.ZodType;
}

/** Lightd's documented replies, by method and path. */
export const documentedReplies: Record<string, Documented> = {
  'GET /api/v1/public/ping': {
    status: 200,
    reply: z.object({ status: z.literal('ok'), message: literal('Lightd is running'), version: text }),
  },
  'POST /auth/tokens': {
    status: 200,
    reply: z.object({ token: z.string().regex(/^lightd_.{13,}$/), expires_at: z.iso.datetime() }),
  },
  'POST /volumes': { status: 201, reply: volume.extend({ volume_id: text }) },
  'GET /volumes': { status: 200, reply: z.object({ volumes: z.array(volume).min(1) }) },
  'GET /volumes/:id/files': {
    status: 200,
    reply: z.object({
      files: z.array(z.object({ name: text, type: z.enum(['file', 'directory']), size: count })).min(1),
    }),
  },
  'POST /volumes/:id/files': {
    status: 200,
    reply: z.object({ message: literal('File written successfully'), path: text }),
  },
  'POST /volumes/:id/folders': {
    status: 200,
    reply: z.object({ message: literal('Folder created successfully'), path: text }),
  },
  'POST /volumes/:id/copy': {
    status: 200,
    reply: z.object({ message: literal('Copied successfully'), source: text, destination: text }),
  },
  'POST /volumes/:id/compress': {
    status: 200,
    reply: z.object({ message: literal('Compression successful'), archive_path: text, size: count }),
  },
  'POST /volumes/:id/decompress': {
    status: 200,
    reply: z.object({ message: literal('Decompression successful'), destination: text }),
  },
  'GET /volumes/:id/quota': {
    status: 200,
    reply: z.object({ size_mb: count, used_mb: count, available_mb: count, percentage_used: count }),
  },
  'POST /volumes/:id/resize': { status: 200, reply: z.object({ message: text, size_mb: count }) },
  'POST /network/ports': {
    status: 200,
    reply: z.object({ message: literal('Port added to pool'), ip: text, port, protocol }),
  },
  'GET /network/ports': { status: 200, reply: z.object({ ports: z.array(poolPort).min(1) }) },
  'GET /network/ports/random': { status: 200, reply: poolPort },
  'GET /network/ports/:ip/:port': { status: 200, reply: poolPort },
  'PUT /network/ports/:ip/:port/use': {
    status: 200,
    reply: z.object({ message: literal('Port usage updated'), ip: text, port, in_use: z.boolean() }),
  },
  'DELETE /network/ports/:ip/:port': {
    status: 200,
    reply: z.object({ message: literal('Port deleted from pool') }),
  },
  'POST /network/ports/bulk-delete': {
    status: 200,
    reply: z.object({
      message: z.string().regex(/^Deleted \d+ ports from pool/),
      deleted_count: count,
    }),
  },
  'POST /containers': {
    status: 200,
    reply: started('Container creation started').extend({ state: z.literal('installing') }),
  },
  'GET /containers': {
    status: 200,
    reply: z.object({ containers: z.array(container).min(1) }),
  },
  'GET /containers/:id': { status: 200, reply: container },
  'POST /containers/:id/start': { status: 200, reply: started('Container start initiated') },
  'POST /containers/:id/kill': { status: 200, reply: started('Container kill initiated') },
  'POST /containers/:id/restart': { status: 200, reply: started('Container restart initiated') },
  'POST /containers/:id/reinstall': { status: 200, reply: started('Container reinstall started') },
  'POST /containers/:id/rebind-network': { status: 200, reply: started('Network rebinding started') },
  'GET /containers/:id/resources': {
    status: 200,
    reply: z.object({
      memory: nullable,
      memory_swap: z.number().nullable(),
      memory_reservation: nullable,
      cpu_shares: nullable,
      cpu_period: nullable,
      cpu_quota: z.number().nullable(),
      cpuset_cpus: z.string().nullable(),
      blkio_weight: nullable,
    }),
  },
  'POST /containers/:id/resources': {
    status: 202,
    reply: z.object({ message: literal('Resource update started') }),
  },
  'POST /containers/:id/volumes': {
    status: 202,
    reply: z.object({ message: literal('Volumes updated (restart container to apply changes)') }),
  },
  'GET /billing/usage/:id/hourly': { status: 200, reply: usage('hourly') },
  'GET /billing/usage/:id/daily': { status: 200, reply: usage('daily') },
  'GET /billing/usage/:id/monthly': { status: 200, reply: usage('monthly') },
  'POST /billing/estimate/container': {
    status: 200,
    reply: z.object({
      hourly_cost: money,
      daily_cost: money,
      monthly_cost: money,
      breakdown: z.object({
        memory_cost_per_hour: money,
        cpu_cost_per_hour: money,
        storage_cost_per_hour: money,
        egress_cost_per_month: money,
      }),
    }),
  },
  'POST /billing/estimate/volume': {
    status: 200,
    reply: z.object({ hourly_cost: money, daily_cost: money, monthly_cost: money, storage_gb: count }),
  },
  'POST /containers/:id/sftp/credentials': { status: 200, reply: sftp.extend({ password: text }) },
  'GET /containers/:id/sftp/info': {
    status: 200,
    reply: sftp.extend({ created_at: seconds, updated_at: seconds }),
  },
  'GET /remote/config': {
    status: 200,
    reply: z.object({
      server: z.object({ host: text, port }),
      authorization: z.object({ enabled: z.boolean(), token: z.string().regex(/^lightd_….{0,4}$/) }),
      docker: z.object({ socket_path: z.string() }),
      storage: z.object({ base_path: text, volumes_path: text }),
      monitoring: z.object({
        enabled: z.boolean(),
        interval_ms: count,
        billing: z.object({
          memory_per_gb_hour: money,
          cpu_per_vcpu_hour: money,
          storage_per_gb_hour: money,
          egress_per_gb: money,
        }),
      }),
      remote: z.object({ enabled: z.boolean(), url: z.string(), token: z.string() }),
      sftp: z.object({ enabled: z.boolean(), host: text, port }),
    }),
  },
  'POST /remote/config/reload': {
    status: 200,
    reply: z.object({ message: literal('Configuration reloaded successfully') }),
  },
  'DELETE /containers/:id': {
    status: 200,
    reply: z.object({ message: literal('Container deleted successfully') }),
  },
};

/** Whether a documented route is asked; the more exact names before those with parameters. */
export function documentedRoute(method: string, path: string): string | null {
  const [asked = ''] = path.split('?');
  const fits = (route: string): boolean => {
    const pattern = route.replace(/[.()]/g, '\\$&').replace(/:\w+/g, '[^/]+');
    return new RegExp(`^${pattern}$`).test(`${method} ${asked}`);
  };
  return (
    Object.keys(documentedReplies)
      .sort((a, b) => a.split(':').length - b.split(':').length)
      .find(fits) ?? null
  );
}

/** What of a documented reply isn't so, field by field; empty if all is. */
export function differences(route: string, reply: unknown): string[] {
  const documented = documentedReplies[route];
  if (!documented) return [`${route} is not documented`];
  const result = documented.reply.safeParse(reply);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${route}: ${path.join('.')}: ${message}`);
}
