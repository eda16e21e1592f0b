import type { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import { firstProblem } from '../../shared/first-problem.ts';
import type { Log } from '../lib/log.ts';

/** A table's rows, parsed. One that can't be understood is left out and logged, so that it doesn't keep the host from starting. */
export function readAll<S extends z.ZodType>(
  rows: unknown[],
  schema: S,
  what: string,
  log: Log,
): z.output<S>[] {
  return rows.flatMap((row) => {
    const result = schema.safeParse(row);
    if (result.success) return [result.data];
    log.error(
      { table: what, problem: firstProblem(result.error) },
      'a stored row can not be understood and is left out',
    );
    return [];
  });
}

/** The first row, parsed; null if there is none. Throws LightdeckError `internal` for one that can't be understood. */
export function readOne<S extends z.ZodType>(rows: unknown[], schema: S, what: string): z.output<S> | null {
  const [row] = rows;
  if (row === undefined) return null;
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  throw new LightdeckError(
    'internal',
    `The stored ${what} can't be understood: ${firstProblem(result.error)}`,
  );
}
