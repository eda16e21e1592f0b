import { compilePattern } from '../../../shared/eggs/pattern.ts';
import type { ConfigReplacement, ConfigValue } from '../../../shared/model/egg.ts';

/**
 * The value that a place gets whose present text is `present` (undefined: it is not there). Undefined: it stays as it is. Of several cases
 * the first one that fits counts, and only for what is there.
 */
export function wantedValue(
  { value, when }: ConfigReplacement,
  present: string | undefined,
): ConfigValue | undefined {
  if (when.length === 0) return value ?? undefined;
  if (present === undefined) return undefined;
  for (const { equals, pattern, value: then } of when) {
    if (!pattern) {
      if (present === equals) return then;
      continue;
    }
    const compiled = compilePattern(equals);
    if (!compiled) continue;
    const replaced = compiled.replace(present, String(then));
    if (replaced !== null) return replaced;
  }
  return undefined;
}

/** Whole numbers that a double holds exactly, written as numbers are. */
const numberLike = /^(0|-?[1-9]\d{0,14})$/;

/** What is written for a value, by what was there: kept in its type if it can be, else by how it looks. */
export type Written = { kind: 'text'; text: string } | { kind: 'plain'; text: string };

export function typedValue(value: ConfigValue, present: string | undefined): Written {
  if (typeof value !== 'string') return { kind: 'plain', text: String(value) };
  const isBoolean = value === 'true' || value === 'false';
  switch (present) {
    case 'text':
      return { kind: 'text', text: value };
    case 'boolean':
      return isBoolean || numberLike.test(value)
        ? { kind: 'plain', text: value === '1' ? 'true' : value === '0' ? 'false' : value }
        : { kind: 'text', text: value };
    case 'number':
      return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value)
        ? { kind: 'plain', text: value }
        : { kind: 'text', text: value };
    default:
      return isBoolean || numberLike.test(value)
        ? { kind: 'plain', text: value }
        : { kind: 'text', text: value };
  }
}
