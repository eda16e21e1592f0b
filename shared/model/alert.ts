import { z } from 'zod';
import { internalIdSchema } from './server.ts';
import { timeZoneSchema } from './time-zone.ts';

/** Bounds: targets of a host, servers that one names, deliveries that are kept of each. */
export const maxTargets = 20;
export const maxServers = 1000;
export const keptDeliveries = 50;
/** What waits for one target at most; of more, the oldest are left out. */
export const maxWaiting = 500;
/** Alerts in one message at most. */
export const maxInMessage = 20;
/** Longest time that alerts are gathered, in seconds: an hour. */
export const maxGather = 3600;
/** An alert that could not be delivered for so long, in hours, is left out: it is no news any more. */
export const newsHours = 24;

/** How messages are written: Discord's and Slack's webhooks, an ntfy topic, or JSON with a signature. */
export const alertForms = ['discord', 'slack', 'ntfy', 'json'] as const;
export const alertFormSchema = z.enum(alertForms);
export type AlertForm = z.infer<typeof alertFormSchema>;

/** What can be told. Those of the host are about no server. */
export const alertEvents = [
  'crashed',
  'gave_up',
  'out_of_memory',
  'started',
  'stopped_outside',
  'server_disk_full',
  'installed',
  'install_failed',
  'backup_made',
  'backup_failed',
  'backup_damaged',
  'schedule_failed',
  'schedule_missed',
  'first_player',
  'last_player',
  'update_available',
  'update_applied',
  'update_failed',
  'host_disk_full',
  'host_disk_ok',
  'engine_lost',
  'engine_back',
] as const;
export const alertEventSchema = z.enum(alertEvents);
export type AlertEvent = z.infer<typeof alertEventSchema>;

/** `trouble`: something went wrong; `good`: it is over, or all is well; `news`: neither. */
export type AlertTone = 'trouble' | 'good' | 'news';
const good: readonly AlertEvent[] = [
  'started',
  'installed',
  'backup_made',
  'update_applied',
  'host_disk_ok',
  'engine_back',
];
const news: readonly AlertEvent[] = ['stopped_outside', 'first_player', 'last_player', 'update_available'];
export function toneOf(event: AlertEvent): AlertTone {
  if (good.includes(event)) return 'good';
  return news.includes(event) ? 'news' : 'trouble';
}

/** Something that happened. `at` is Unix ms; `title` a short sentence, `detail` the reason or ''. */
export const alertSchema = z.object({
  event: alertEventSchema,
  at: z.number(),
  server: z.object({ id: z.string(), name: z.string() }).nullable(),
  title: z.string(),
  detail: z.string(),
});
export type Alert = z.infer<typeof alertSchema>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day like 22:30');

/** From one time of day to another, over midnight where the second is earlier: what happens then is told at its end, in one. */
export const quietSchema = z
  .strictObject({ from: timeOfDay, to: timeOfDay, time_zone: timeZoneSchema })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'must be another time than from' });
export type Quiet = z.infer<typeof quietSchema>;

/** Everything that is decided about a target. */
export const targetFields = {
  name: z
    .string()
    .max(64, 'must have 64 characters or fewer')
    .regex(/^[^\x00-\x1f\x7f]*$/, 'must be one line without control characters')
    .refine((text) => text.trim() !== '', 'must not be empty'),
  form: alertFormSchema,
  /** Where messages are posted. Whoever has it can write there, so it is never shown again. */
  url: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
    .max(2000, 'must have 2000 characters or fewer')
    .regex(/^[^/]*\/\/[^/?#@]*([/?][^#]*)?$/, 'must not have a user name, a password or a #'),
  /** Of `json` what messages are signed with, and it must have one; of `ntfy` an access token. */
  secret: z
    .string()
    .min(8, 'must have 8 characters or more')
    .max(256, 'must have 256 characters or fewer')
    .regex(/^[\x21-\x7e]*$/, 'must have letters, digits and signs of a keyboard alone, without spaces')
    .nullable(),
  enabled: z.boolean(),
  events: z.array(alertEventSchema).min(1, 'must have at least one').max(alertEvents.length),
  /** Null: all servers, also later ones. What is about the host is told whichever are named. */
  servers: z.array(internalIdSchema).max(maxServers).nullable(),
  quiet: quietSchema.nullable(),
  /** How long alerts are gathered for one message, in seconds; 0: each is sent at once. */
  gather: z.number().int().min(0).max(maxGather),
};
export const targetDefinitionSchema = z.object(targetFields);
export type TargetDefinition = z.infer<typeof targetDefinitionSchema>;

/** How it stands with a target. Times in Unix ms. */
export const targetStateSchema = z.object({
  /** Alerts that were not delivered yet. */
  waiting: z.number(),
  /** Left out since the last message that got there. */
  dropped: z.number(),
  /** Why the last try failed; null if it did not. */
  problem: z.string().nullable(),
  /** When it is tried again; null while nothing waits, or quiet hours hold it back. */
  next_try: z.number().nullable(),
  last_delivery: z.number().nullable(),
});
export type TargetState = z.infer<typeof targetStateSchema>;

/** A target as the routes show it: without secrets. */
export const targetSchema = targetDefinitionSchema.omit({ url: true, secret: true }).extend({
  id: z.string(),
  /** The address without what is secret in it, as `https://discord.com/…x7Qa`. */
  address: z.string(),
  has_secret: z.boolean(),
  /** Whether the address may be one of the machine's own networks: it was set with the master token. */
  may_be_private: z.boolean(),
  state: targetStateSchema,
  created_at: z.number(),
  updated_at: z.number(),
});
export type Target = z.infer<typeof targetSchema>;

/** One message: delivered, refused for good (`failed`), or alerts that were left out (`dropped`). */
export const deliverySchema = z.object({
  id: z.number().int(),
  /** Unix ms. */
  at: z.number(),
  result: z.enum(['delivered', 'failed', 'dropped']),
  /** Of the last answer; null where there was none. */
  status: z.number().nullable(),
  problem: z.string().nullable(),
  attempts: z.number(),
  /** How many alerts, and the first one's title. */
  alerts: z.number(),
  title: z.string(),
});
export type Delivery = z.infer<typeof deliverySchema>;
