import type { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';

/** A3: parses a part of a request. Throws LightdeckError `invalid` naming the first wrong field. `whole` names what has no field. */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown, whole: string): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new LightdeckError('invalid', words(result.error, whole));
}

function words(error: z.ZodError, whole: string): string {
  const issue = error.issues[0];
  if (!issue) return `${whole}: invalid`;
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return `unknown field: ${issue.keys.map((key) => (field ? `${field}.${key}` : key)).join(', ')}`;
  }
  // A key that is wrong in itself (the name of an environment variable) is told with its own reason.
  if (issue.code === 'invalid_key') return `${field}: ${issue.issues[0]?.message ?? issue.message}`;
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return field ? `${field}: is required` : `the ${whole} is missing: send a JSON object`;
  }
  return `${field || whole}: ${issue.message}`;
}
