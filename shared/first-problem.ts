import type { z } from 'zod';
import { leastMemoryProblem } from './model/server.ts';

/** Sentences that a published API begins with (A3a): the field comes behind them. */
const published: readonly string[] = [leastMemoryProblem];

/**
 * The first problem of a failed parse in a few words for people: the field's path, then what is wrong with it
 * (`ports.0.port: must be at most 65535`). `whole` names the value itself where no field is concerned. Only a parse with
 * `reportInput` can tell a field that is missing from one of the wrong type.
 */
export function firstProblem(error: z.ZodError, whole = ''): string {
  const issue = error.issues[0];
  if (!issue) return at(whole, 'invalid value');
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return `unknown field: ${issue.keys.map((key) => (field ? `${field}.${key}` : key)).join(', ')}`;
  }
  // A key that is wrong in itself (the name of an environment variable) has its own reason.
  if (issue.code === 'invalid_key') return at(field, issue.issues[0]?.message ?? issue.message);
  return at(field || whole, issue.message);
}

function at(place: string, message: string): string {
  if (place && published.includes(message)) return `${message} (${place})`;
  return place ? `${place}: ${message}` : message;
}
