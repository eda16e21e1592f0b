import { z } from 'zod';
import { defineRoute, idParams, noBody } from './route.ts';

/** A whole number as it stands in a query. */
const queryNumber = (range: z.ZodNumber) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .pipe(range);

const offset = z.number().int().nonnegative();

export const readLogs = defineRoute({
  method: 'GET',
  path: '/containers/:id/logs',
  access: 'console.read',
  server: 'id',
  heavy: true,
  summary: 'The last lines of the console, those before an offset, or those from an offset on (S14, X2)',
  params: idParams,
  query: z
    .strictObject({
      lines: queryNumber(z.number().int().min(1).max(10_000)).default(1000),
      before: queryNumber(z.number().int()).optional(),
      after: queryNumber(z.number().int()).optional(),
    })
    .refine((query) => query.before === undefined || query.after === undefined, {
      path: ['after'],
      message: 'give it or before, not both',
    }),
  body: noBody,
  status: 200,
  errors: ['not_found', 'busy'],
  /** Offsets as in the socket's `logs` frame, in bytes. */
  reply: z.object({ data: z.string(), from: offset, to: offset }),
});
export type LogPiece = z.infer<typeof readLogs.reply>;

export const searchLogs = defineRoute({
  method: 'GET',
  path: '/containers/:id/logs/search',
  access: 'console.read',
  server: 'id',
  heavy: true,
  summary: 'Lines of the console that contain a text, newest first; each call goes back a bounded way',
  params: idParams,
  query: z.strictObject({
    text: z
      .string()
      .min(1, 'must not be empty')
      .max(1000, 'must have 1,000 characters or fewer')
      .refine((text) => !/[\r\n]/.test(text), 'must be within one line'),
    before: queryNumber(z.number().int()).optional(),
  }),
  body: noBody,
  status: 200,
  errors: ['not_found', 'busy'],
  /** `matches`: offsets of the lines' first bytes. `from` to `to` was searched: go on with `before=FROM` until it is `oldest`. */
  reply: z.object({ matches: z.array(offset), from: offset, to: offset, oldest: offset }),
});
export type LogMatches = z.infer<typeof searchLogs.reply>;
