import { z } from 'zod';

/** Longest frame a client may send, in bytes (S15); a longer one closes the socket with 1009. */
export const maxClientFrame = 64 * 1024;

export const powerActions = ['start', 'stop', 'restart', 'kill'] as const;
export const powerActionSchema = z.enum(powerActions);
export type PowerAction = z.infer<typeof powerActionSchema>;

/** Everything a client may send to a server's socket (S12–S14, X2). Unknown keys are ignored, so newer clients stay welcome. */
export const clientEventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('send_command'), command: z.string() }),
  z.object({ event: z.literal('power'), action: powerActionSchema }),
  z.object({
    event: z.literal('request_logs'),
    lines: z.number().int().min(1).max(10_000).default(1000),
    before: z.number().int().nonnegative().optional(),
  }),
]);
export type ClientEvent = z.infer<typeof clientEventSchema>;
