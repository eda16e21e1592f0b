import { type EnvironmentRow, environmentOf } from '../../../ui/environment.ts';
import { nextKey } from '../../../ui/rows.ts';

type Environment = Readonly<Record<string, string>>;

/** A variable that two have changed to different values; null: it is gone there. */
export interface VariableClash {
  name: string;
  mine: string | null;
  theirs: string | null;
}

/**
 * Rows that are being edited, after somebody else has changed the variables from `base` to `theirs`: what they changed and one
 * hasn't touched is in the rows, what both changed is told apart.
 */
export function mergedRows(
  base: Environment,
  mine: readonly EnvironmentRow[],
  theirs: Environment,
): { rows: readonly EnvironmentRow[]; clashes: VariableClash[] } {
  const values = environmentOf(mine);
  const clashes: VariableClash[] = [];
  let rows = mine;
  for (const name of new Set([...Object.keys(base), ...Object.keys(theirs)])) {
    const own = valueIn(values, name);
    const now = valueIn(theirs, name);
    if (valueIn(base, name) === now || own === now) continue;
    if (own === valueIn(base, name)) rows = withVariable(rows, name, now);
    else clashes.push({ name, mine: own, theirs: now });
  }
  return { rows, clashes };
}

/** The rows with this value of a variable; null: without it. */
export function withVariable(
  rows: readonly EnvironmentRow[],
  name: string,
  value: string | null,
): readonly EnvironmentRow[] {
  if (value === null) return rows.filter((row) => row.name !== name);
  if (rows.some((row) => row.name === name))
    return rows.map((row) => (row.name === name ? { ...row, value } : row));
  return [...rows, { key: nextKey(rows), name, value }];
}

/** The variables with this value of one; null: without it. */
export function withValue(environment: Environment, name: string, value: string | null): Environment {
  const { [name]: _gone, ...others } = environment;
  return value === null ? others : { ...others, [name]: value };
}

/** The names whose values differ. */
export const differing = (a: Environment, b: Environment): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (name) => valueIn(a, name) !== valueIn(b, name),
  );

const valueIn = (environment: Environment, name: string): string | null =>
  Object.hasOwn(environment, name) ? (environment[name] ?? null) : null;
