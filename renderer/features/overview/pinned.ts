import { useState } from 'react';
import { z } from 'zod';

const key = 'lightdeck.pinned';
const idsSchema = z.array(z.string()).max(1000);

function read(): ReadonlySet<string> {
  try {
    return new Set(idsSchema.parse(JSON.parse(localStorage.getItem(key) ?? '[]')));
  } catch {
    return new Set();
  }
}

/** The servers that somebody keeps on top, in this browser. */
export function usePinned(): [ReadonlySet<string>, (id: string) => void] {
  const [pinned, setPinned] = useState(read);
  const toggle = (id: string): void => {
    const next = new Set(pinned);
    if (!next.delete(id)) next.add(id);
    try {
      localStorage.setItem(key, JSON.stringify([...next]));
    } catch {
      // A browser that keeps nothing: until the page is left.
    }
    setPinned(next);
  };
  return [pinned, toggle];
}
