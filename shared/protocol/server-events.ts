import { z } from 'zod';
import { hostInfoSchema, serverSummarySchema } from '../model/host.ts';
import { operationSchema } from '../model/operation.ts';
import { playerCountSchema } from '../model/players.ts';
import { progressSchema } from '../model/progress.ts';
import { wireStateSchema } from '../model/server.ts';

const count = z.number().nonnegative();
const offset = z.number().int().nonnegative();

/** S7. CPU in percent (100 per core), memory and totals in bytes. */
export const statsSchema = z.object({
  cpu_usage: count,
  memory_usage: count,
  memory_limit: count,
  network_rx: count,
  network_tx: count,
  block_read: count,
  block_write: count,
});
export type Stats = z.infer<typeof statsSchema>;

/** Everything a server's socket may send (S7–S11, X1–X5). Clients ignore keys and events that they don't know. */
export const serverEventSchema = z.discriminatedUnion('event', [
  statsSchema.extend({ event: z.literal('stats') }),
  z.object({ event: z.literal('console'), data: z.string(), offset }),
  z.object({ event: z.literal('console duplicate'), data: z.string() }),
  z.object({ event: z.literal('event'), data: wireStateSchema }),
  z.object({ event: z.literal('daemon_message'), data: z.string() }),
  z.object({ event: z.literal('logs'), data: z.string(), from: offset, to: offset }),
  z.object({ event: z.literal('gap'), from: offset, to: offset }),
  z.object({ event: z.literal('progress'), data: progressSchema }),
  /** P2: how many play now; null: nobody knows. */
  z.object({ event: z.literal('players'), data: playerCountSchema.nullable() }),
  z.object({ event: z.literal('token_expiring'), expires_in: count }),
]);
export type ServerEvent = z.infer<typeof serverEventSchema>;

/** Everything the host's socket may send (H1–H3). */
export const hostEventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('host'), data: hostInfoSchema }),
  z.object({ event: z.literal('containers'), data: z.array(serverSummarySchema) }),
  z.object({ event: z.literal('container'), data: serverSummarySchema }),
  z.object({ event: z.literal('container_removed'), data: z.string() }),
  statsSchema.extend({ event: z.literal('stats'), internal_id: z.string() }),
  /** With `internal_id` it is about that server. */
  z.object({
    event: z.literal('daemon_message'),
    data: z.string(),
    internal_id: z.string().optional(),
  }),
  /** A20: one that has begun, is further, or has ended. */
  z.object({ event: z.literal('operation'), data: operationSchema }),
  /** What this topic's routes answer for that server (null: for the host) has changed: ask again. */
  z.object({ event: z.literal('changed'), topic: z.string(), internal_id: z.string().nullable() }),
  z.object({ event: z.literal('token_expiring'), expires_in: count }),
]);
export type HostEvent = z.infer<typeof hostEventSchema>;
