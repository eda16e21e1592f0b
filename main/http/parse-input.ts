import type { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import { firstProblem } from '../../shared/first-problem.ts';

/** A3: parses a part of a request. Throws LightdeckError `invalid` naming the first wrong field. `whole` names what has no field. */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown, whole: string): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new LightdeckError('invalid', problemOf(result.error, whole));
}

function problemOf(error: z.ZodError, whole: string): string {
  const [issue] = error.issues;
  if (issue?.code !== 'invalid_type' || issue.input !== undefined) return firstProblem(error, whole);
  const field = issue.path.join('.');
  return field ? `${field}: is required` : `the ${whole} is missing: send a JSON object`;
}
