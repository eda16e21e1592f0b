/** A step into a tree: a name, a place of a list, or all children. */
export type Step = { kind: 'name'; name: string } | { kind: 'index'; index: number } | { kind: 'all' };

/** Deepest place that is taken. */
const maxSteps = 32;
/** Longest list that a place may be in. */
const maxIndex = 9999;

/**
 * `a.b[0].c` as steps: dots between names, `[n]` a place of a list, `*` all children. Names of digits alone are told from places by what is
 * there. Null: it is too deep.
 */
export function stepsOf(match: string): Step[] | null {
  const steps = match.split('.').flatMap((part): Step[] => {
    const indexed = /^([^[\]]*)((?:\[\d{1,4}\])+)$/.exec(part);
    if (!indexed) return [part === '*' ? { kind: 'all' } : { kind: 'name', name: part }];
    const places = [...(indexed[2] ?? '').matchAll(/\d+/g)].map(([digits]) =>
      Math.min(Number(digits), maxIndex),
    );
    const name = indexed[1] ?? '';
    return [
      ...(name === '' ? [] : [{ kind: 'name', name } as const]),
      ...places.map((index) => ({ kind: 'index', index }) as const),
    ];
  });
  return steps.length > maxSteps ? null : steps;
}
