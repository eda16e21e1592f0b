import { z } from 'zod';

/** What the crowd's process is told on its start. */
export const crowdOrder = z.object({
  url: z.string(),
  token: z.string(),
  serverId: z.string(),
  container: z.string(),
  socketPath: z.string(),
  clients: z.number(),
  /** How many of the clients read every line; the others count. */
  readers: z.number(),
  twins: z.boolean(),
  /** How many of the clients, the last ones to join, stop reading before a run. */
  stalled: z.number(),
});
export type CrowdOrder = z.infer<typeof crowdOrder>;

export const crowdCommand = z.discriminatedUnion('do', [
  z.object({ do: z.literal('open'), order: crowdOrder }),
  /** Has the container print so many lines and waits until every client has them. */
  z.object({ do: z.literal('run'), lines: z.number() }),
]);
export type CrowdCommand = z.infer<typeof crowdCommand>;

const quantiles = z.object({ p50: z.number(), p99: z.number(), max: z.number() });

/** In ms, over all lines of all clients that read. */
export const crowdResult = z.object({
  seconds: z.number(),
  /** Clients that got every line once and in order. */
  complete: z.number(),
  own: quantiles,
  raw: quantiles,
  added: quantiles,
  problems: z.array(z.string()),
});
export type CrowdResult = z.infer<typeof crowdResult>;

export const crowdReply = z.discriminatedUnion('did', [
  z.object({ did: z.literal('open') }),
  z.object({ did: z.literal('run'), result: crowdResult }),
  z.object({ did: z.literal('fail'), problem: z.string() }),
]);
export type CrowdReply = z.infer<typeof crowdReply>;
