/** A line of one of two texts, or of both. */
export interface DiffedLine {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** Pairs of lines that are compared at most, which is 8 MB for a moment; of more than that nobody would read the difference. */
const maxPairs = 4_000_000;

/**
 * The shortest way from one list of lines to another: all lines of both, in order, removed ones before added ones. Texts that are too different and too
 * long to find it come as all of one and all of the other, without their common beginning and end. Pure.
 */
export function diffLines(before: readonly string[], after: readonly string[]): DiffedLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const old = before.slice(start, before.length - end);
  const young = after.slice(start, after.length - end);
  return [
    ...all('same', before.slice(0, start)),
    ...(old.length * young.length > maxPairs
      ? [...all('removed', old), ...all('added', young)]
      : shortest(old, young)),
    ...all('same', end === 0 ? [] : before.slice(-end)),
  ];
}

const all = (kind: DiffedLine['kind'], lines: readonly string[]): DiffedLine[] =>
  lines.map((text) => ({ kind, text }));

/** By the longest common part of each two ends of the lists. */
function shortest(before: readonly string[], after: readonly string[]): DiffedLine[] {
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1)
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DiffedLine[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const [old, young] = [before[i], after[j]];
    if (old !== undefined && old === young) {
      lines.push({ kind: 'same', text: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (young === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: old });
      i += 1;
    } else if (young !== undefined) {
      lines.push({ kind: 'added', text: young });
      j += 1;
    }
  }
  return lines;
}
