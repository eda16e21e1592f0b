import { z } from 'zod';
import { eggVariableSchema } from './egg.ts';

/**
 * A variable of a server's environment that its recipe (an egg, a template) knows: what its field is called and what a value of it must be. Values
 * are in `environment`, by `key`; an empty one with `leave_out` isn't there.
 */
export const serverVariableSchema = eggVariableSchema
  .omit({ rules: true, sort: true })
  .extend({ leave_out: z.boolean().default(false) });
export type ServerVariable = z.infer<typeof serverVariableSchema>;

/** The environment with these values of its variables; all else of it stays. Pure. */
export function withValues(
  environment: Readonly<Record<string, string>>,
  variables: readonly ServerVariable[],
  values: ReadonlyMap<string, string>,
): Record<string, string> {
  const given = new Map(Object.entries(environment));
  for (const { key, leave_out } of variables) {
    const value = values.get(key);
    if (value === undefined) continue;
    if (value === '' && leave_out) given.delete(key);
    else given.set(key, value);
  }
  return Object.fromEntries(given);
}
