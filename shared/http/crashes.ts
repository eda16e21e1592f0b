import { z } from 'zod';
import { crashReportSchema, keptCrashes, shownCrashSchema } from '../model/crash.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

const crashParams = z.strictObject({ id: z.string(), crash: z.string() });

/** Reports of one answer. */
export const shownCrashes = 100;

export const listUnseenCrashes = defineRoute({
  method: 'GET',
  path: '/crashes',
  access: 'console.read',
  summary: `The newest ${shownCrashes} crash reports that nobody has looked at yet, of all servers that the token may see`,
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({ crashes: z.array(shownCrashSchema) }),
});

export const listCrashes = defineRoute({
  method: 'GET',
  path: '/containers/:id/crashes',
  access: 'console.read',
  server: 'id',
  summary: `The last ${keptCrashes} ends of a server that nobody asked for, newest first`,
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ crashes: z.array(shownCrashSchema) }),
});

export const getCrash = defineRoute({
  method: 'GET',
  path: '/containers/:id/crashes/:crash',
  access: 'console.read',
  server: 'id',
  summary:
    'A crash report with the last lines, figures, what happened on the host and what was done before it',
  params: crashParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: crashReportSchema,
});

export const getCrashText = defineRoute({
  method: 'GET',
  path: '/containers/:id/crashes/:crash/text',
  access: 'console.read',
  server: 'id',
  summary: 'A crash report as text to pass on, without secrets',
  params: crashParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ file_name: z.string(), text: z.string() }),
});

export const seeCrash = defineRoute({
  method: 'POST',
  path: '/containers/:id/crashes/:crash/seen',
  access: 'console.read',
  server: 'id',
  summary: 'Note that a crash report was looked at, and all earlier ones of the server with it',
  params: crashParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ message: z.literal('Crash report seen') }),
});

export const mendCrash = defineRoute({
  method: 'POST',
  path: '/containers/:id/crashes/:crash/mend',
  access: 'console.read',
  server: 'id',
  summary: 'Do what may mend it, with the rights that it needs; the report is seen then',
  params: crashParams,
  query: nothing,
  body: z.strictObject({
    /** One of the report's `mends` without a `place`. */
    mend: z.string(),
    /** Whether the server is started after it, or restarted where it runs and needs that; needs `power`. */
    start: z.boolean().default(false),
  }),
  status: 200,
  errors: [
    'not_found',
    'busy',
    'conflict',
    'engine_unreachable',
    'engine_refused',
    'timeout',
    'out_of_space',
  ],
  reply: z.object({ message: z.string(), started: z.boolean() }),
});
