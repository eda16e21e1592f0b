import { valueProblem } from '../../shared/eggs/check-value.ts';
import { matchesPattern } from '../../shared/eggs/pattern.ts';
import type { Egg } from '../../shared/model/egg.ts';

/** What a server is to its egg. */
export interface ServerFacts {
  /** A stable UUID. */
  uuid: string;
  name: string;
  /** MiB; 0 is no limit, as panels say it. */
  memory: number;
  /** Its first port; null: it has none. */
  port: number | null;
  /** IANA name; null: not known. */
  timeZone: string | null;
}

/** Names that the host sets, beside the egg's own variables. */
export const hostVariables = [
  'STARTUP',
  'SERVER_MEMORY',
  'SERVER_IP',
  'SERVER_PORT',
  'P_SERVER_UUID',
  'TZ',
] as const;

/**
 * The value in force of each variable: what was given, else the egg's default; also where it is empty. `problems` has words for each value that its
 * rules don't take, and for names that the egg doesn't have.
 */
export function valuesInForce(
  egg: Pick<Egg, 'variables'>,
  given: ReadonlyMap<string, string>,
): { values: Map<string, string>; problems: Map<string, string> } {
  const values = new Map<string, string>();
  const problems = new Map<string, string>();
  for (const variable of egg.variables) {
    const value = given.get(variable.key) ?? variable.default;
    values.set(variable.key, value);
    const problem = valueProblem(variable, value, matchesPattern);
    if (problem !== null) problems.set(variable.key, problem);
  }
  for (const key of given.keys()) if (!values.has(key)) problems.set(key, 'is no variable of this egg');
  return { values, problems };
}

/**
 * E6: what the server's programs and its install script are told. Names in small letters are there in capitals as well, since panels export them so.
 * `SERVER_IP` is any address: a container can't bind the host's.
 */
export function environmentOf(
  values: ReadonlyMap<string, string>,
  startup: string,
  facts: ServerFacts,
): Record<string, string> {
  const upper = [...values].map(([key, value]) => [key.toUpperCase(), value] as const);
  return Object.fromEntries([
    ...(facts.timeZone === null ? [] : [['TZ', facts.timeZone] as const]),
    ['STARTUP', startup],
    ['SERVER_MEMORY', String(facts.memory)],
    ['SERVER_IP', '0.0.0.0'],
    ['SERVER_PORT', facts.port === null ? '' : String(facts.port)],
    ...upper,
    ...values,
    ['P_SERVER_UUID', facts.uuid],
  ]);
}
