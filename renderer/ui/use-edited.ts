import { useState } from 'react';

/**
 * Form values that begin with what is saved, and follow it again once they are the same. `onEdit` is called with each change:
 * what was wrong with the values before is no longer worth telling.
 */
export function useEdited<T extends object>(saved: T, onEdit?: () => void) {
  const [edits, setEdits] = useState<Partial<T>>({});
  const values: T = { ...saved, ...edits };
  const differs = (key: string): boolean =>
    Object.hasOwn(edits, key) && !isSame(Reflect.get(edits, key), Reflect.get(saved, key));
  return {
    values,
    /** Whether something differs from what is saved. */
    isChanged: Object.keys(edits).some(differs),
    /** Whether this field does. */
    has: (key: keyof T & string) => differs(key),
    edit: (more: Partial<T>) => {
      onEdit?.();
      setEdits((last) => ({ ...last, ...more }));
    },
    reset: () => setEdits({}),
  };
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
