import { z } from 'zod';
import { deliverySchema, keptDeliveries, targetFields, targetSchema } from '../model/alert.ts';
import { defineRoute, noBody, nothing } from './route.ts';

const targetParams = z.strictObject({ id: z.string().max(64) });

export const listAlertTargets = defineRoute({
  method: 'GET',
  path: '/alerts',
  access: 'system',
  summary: 'Where this host tells what happens, and how it stands with each',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({
    targets: z.array(targetSchema),
    /** Of the host, for quiet hours. */
    time_zone: z.string(),
  }),
});
export type AlertTargetList = z.infer<typeof listAlertTargets.reply>;

export const createAlertTarget = defineRoute({
  method: 'POST',
  path: '/alerts',
  access: 'system',
  summary: 'Have this host tell somebody else what happens',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    name: targetFields.name,
    form: targetFields.form,
    url: targetFields.url,
    secret: targetFields.secret.default(null),
    enabled: targetFields.enabled.default(true),
    events: targetFields.events,
    servers: targetFields.servers.default(null),
    quiet: targetFields.quiet.default(null),
    gather: targetFields.gather.default(10),
  }),
  status: 200,
  errors: ['conflict'],
  reply: targetSchema,
});

export const changeAlertTarget = defineRoute({
  method: 'PATCH',
  path: '/alerts/:id',
  access: 'system',
  summary: 'Change a target; what is left out stays',
  params: targetParams,
  query: nothing,
  body: z.strictObject({
    name: targetFields.name.exactOptional(),
    form: targetFields.form.exactOptional(),
    url: targetFields.url.exactOptional(),
    secret: targetFields.secret.exactOptional(),
    enabled: targetFields.enabled.exactOptional(),
    events: targetFields.events.exactOptional(),
    servers: targetFields.servers.exactOptional(),
    quiet: targetFields.quiet.exactOptional(),
    gather: targetFields.gather.exactOptional(),
  }),
  status: 200,
  errors: ['not_found'],
  reply: targetSchema,
});

export const deleteAlertTarget = defineRoute({
  method: 'DELETE',
  path: '/alerts/:id',
  access: 'system',
  summary: 'Delete a target, with what waits for it and the list of its deliveries',
  params: targetParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ message: z.literal('Alert target deleted') }),
});

export const testAlertTarget = defineRoute({
  method: 'POST',
  path: '/alerts/:id/test',
  access: 'system',
  summary: 'Send a test message now, whatever waits, and say what was answered',
  params: targetParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found', 'busy'],
  reply: z.object({
    ok: z.boolean(),
    /** Of the answer; null where there was none. */
    status: z.number().nullable(),
    /** Why it is not ok, in words. */
    problem: z.string().nullable(),
    /** How long it took, in ms. */
    took: z.number(),
  }),
});
export type AlertTest = z.infer<typeof testAlertTarget.reply>;

export const listAlertDeliveries = defineRoute({
  method: 'GET',
  path: '/alerts/:id/deliveries',
  access: 'system',
  summary: `The last ${keptDeliveries} messages to a target, the newest first`,
  params: targetParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ deliveries: z.array(deliverySchema) }),
});
