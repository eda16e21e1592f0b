import type { z } from 'zod';
import { firstProblem } from '../first-problem.ts';

export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string };

/**
 * Parses one text frame with a schema. Never throws, whatever the text (S15).
 * The problem is a short English sentence that names what was wrong and where.
 */
export function parseFrame<S extends z.ZodType>(schema: S, text: string): Parsed<z.output<S>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'the frame is not valid JSON' };
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { ok: false, problem: 'the frame is not a JSON object' };
  }
  const result = schema.safeParse(json);
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, problem: firstProblem(result.error) };
}
