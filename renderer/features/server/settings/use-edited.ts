import { useState } from 'react';

/** Form values that begin with what is saved, and follow it again once they are the same. */
export function useEdited<T extends object>(saved: T) {
  const [edits, setEdits] = useState<Partial<T>>({});
  const values: T = { ...saved, ...edits };
  const changed = Object.fromEntries(
    Object.entries(edits).filter(([key, value]) => !isSame(value, Reflect.get(saved, key))),
  );
  return {
    values,
    /** Whether something differs from what is saved. */
    isChanged: Object.keys(changed).length > 0,
    edit: (more: Partial<T>) => setEdits((last) => ({ ...last, ...more })),
    reset: () => setEdits({}),
  };
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
