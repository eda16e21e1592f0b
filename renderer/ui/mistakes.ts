import type { z } from 'zod';
import { ApiError } from '../../client/http-client.ts';
import { hostText } from '../../shared/texts/host-text.ts';

export interface Mistakes {
  /** What is wrong with this field, as a sentence; null if nothing is. */
  at: (name: string) => string | null;
  /** What can't be shown at a field. */
  rest: Error | null;
}

/**
 * Tells a refusal apart: the host names the field that is wrong (`limits.cpu: must be …`), and where the form has it, it is
 * marked there. `names` are the form's fields in the host's words; one stands for all that is within it. `local` are the form's own
 * checks, by field, which come first.
 */
export function mistakesOf(
  error: Error | null,
  names: readonly string[],
  local: Readonly<Record<string, string | null>> = {},
): Mistakes {
  const found = error instanceof ApiError && error.status === 400 ? named(error.message) : null;
  const name =
    found &&
    (names.find((one) => found.field === one) ?? names.find((one) => found.field.startsWith(`${one}.`)));
  return {
    at: (field) => local[field] ?? (name === field && found ? sentence(hostText(found.why)) : null),
    rest: name ? null : error,
  };
}

/** What is wrong with a request before it is sent, by field, as the host would say it. */
export function problemsOf(schema: z.ZodType, request: unknown): Record<string, string> {
  const result = schema.safeParse(request);
  const found: Record<string, string> = {};
  for (const { path, message } of result.error?.issues ?? [])
    found[path.join('.')] ??= sentence(hostText(message));
  return found;
}

/** Whether a number field holds a whole number within these bounds. */
export const isWithin = (value: number | '' | null, from: number, to: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;

function named(message: string): { field: string; why: string } | null {
  const match = /^([\w-]+(?:\.[^\s:]*)*): (.+)$/s.exec(message);
  return match?.[1] && match[2] ? { field: match[1], why: match[2] } : null;
}

function sentence(text: string): string {
  const capitalized = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capitalized) ? capitalized : `${capitalized}.`;
}
