import { z } from 'zod';
import { serverGameSchema } from './game.ts';
import { playerCountSchema } from './players.ts';
import {
  lastExitSchema,
  limitsSchema,
  pendingRestartSchema,
  portBindingSchema,
  wireStateSchema,
} from './server.ts';

/** One endpoint that was tried while looking for an engine, and what came of it. */
export const endpointAttemptSchema = z.object({
  endpoint: z.string(),
  source: z.string(),
  result: z.string(),
});
export type EndpointAttempt = z.infer<typeof endpointAttemptSchema>;

/** H1, H3: the Docker engine as this host sees it. `help` says in words what to do about `cause`. */
export const engineStateSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('connecting'), tried: z.array(endpointAttemptSchema) }),
  z.object({
    status: z.literal('up'),
    kind: z.enum(['docker', 'podman']),
    version: z.string(),
    api_version: z.string(),
    endpoint: z.string(),
    source: z.string(),
    tried: z.array(endpointAttemptSchema),
    /** What it can't do, in sentences for people. Left out where there is nothing to say, and by older hosts. */
    lacks: z.array(z.string()).optional(),
  }),
  z.object({
    status: z.literal('down'),
    code: z.string(),
    cause: z.string(),
    help: z.string(),
    since: z.number(),
    tried: z.array(endpointAttemptSchema),
    /** What may help, to be copied; left out where nothing does. */
    commands: z.array(z.string()).optional(),
    /** An https address where installing is described. */
    guide: z.string().optional(),
  }),
]);
export type EngineState = z.infer<typeof engineStateSchema>;

/** Whether the host can remember anything (H3). `since` is Unix milliseconds; `problem` says in words what is wrong and what to do. */
export const storeStateSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('ok') }),
  z.object({ status: z.literal('failing'), since: z.number(), problem: z.string() }),
]);
export type StoreState = z.infer<typeof storeStateSchema>;

/** An address of the machine in one of the networks around it. */
export const lanAddressSchema = z.object({
  /** The network interface's name. */
  interface: z.string(),
  family: z.enum(['IPv4', 'IPv6']),
  address: z.string(),
  /** Whether the address can be reached from the internet, unless a firewall stands in between. */
  is_public: z.boolean(),
});
export type LanAddress = z.infer<typeof lanAddressSchema>;

/** H1: sizes in bytes, CPU in percent of the whole machine (100 per core). */
export const hostInfoSchema = z.object({
  name: z.string(),
  version: z.string(),
  engine: engineStateSchema,
  /** Left out by hosts of before there was such a state. */
  store: storeStateSchema.optional(),
  /** Where others in the networks around find the machine, the most likely one first. Left out by older hosts. */
  addresses: z.array(lanAddressSchema).optional(),
  cpu: z.object({ cores: z.number().int(), usage: z.number() }),
  memory: z.object({ total: z.number(), used: z.number() }),
  disk: z.object({ total: z.number(), used: z.number() }),
});
export type HostInfo = z.infer<typeof hostInfoSchema>;

/** H1: one server in the list. `started_at` is Unix milliseconds of the current run. */
export const serverSummarySchema = z.object({
  internal_id: z.string(),
  name: z.string(),
  image: z.string(),
  /** What it is to its players. Left out by older hosts, as `tags`. */
  game: serverGameSchema.optional(),
  tags: z.array(z.string()).optional(),
  state: wireStateSchema,
  ports: z.array(portBindingSchema),
  limits: limitsSchema,
  started_at: z.number().nullable(),
  stats: z
    .object({
      cpu_usage: z.number(),
      memory_usage: z.number(),
      memory_limit: z.number(),
      network_rx: z.number(),
      network_tx: z.number(),
      block_read: z.number(),
      block_write: z.number(),
    })
    .nullable(),
  last_exit: lastExitSchema.nullable(),
  /** P2: how many play; null: nobody knows. Left out by older hosts. */
  players: playerCountSchema.nullable().optional(),
  /** The start that comes by itself after a crash; null: none. Left out by older hosts. */
  next_start: pendingRestartSchema.nullable().optional(),
  /** Its volume has hardly any room left (S11). Left out by older hosts. */
  is_full: z.boolean().optional(),
});
export type ServerSummary = z.infer<typeof serverSummarySchema>;
