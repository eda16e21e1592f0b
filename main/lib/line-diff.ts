import { diffArrays } from 'diff';

/** A line of one of two texts, or of both. */
export interface DiffedLine {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** Lines that differ at most: of more than that nobody would read the difference, and looking for it takes a tenth of a second. */
const maxEditLength = 1000;

/**
 * The shortest way from one list of lines to another: all lines of both, in order, removed ones before added ones. Texts that differ in more than a
 * thousand lines come as all of one and all of the other. Pure.
 */
export function diffLines(before: readonly string[], after: readonly string[]): DiffedLine[] {
  const parts = diffArrays([...before], [...after], { maxEditLength });
  if (!parts) return [...all('removed', before), ...all('added', after)];
  return parts.flatMap(({ value, added, removed }) =>
    all(added ? 'added' : removed ? 'removed' : 'same', value),
  );
}

const all = (kind: DiffedLine['kind'], lines: readonly string[]): DiffedLine[] =>
  lines.map((text) => ({ kind, text }));
