import { useState } from 'react';

/** How somebody wants to read consoles: kept in this browser, for all servers. */
export interface ConsoleView {
  /** As plain text instead of a terminal. */
  isPlain: boolean;
  /** The terminal keeps its text for screen readers, too, which costs some speed. */
  isReadable: boolean;
}

const key = 'lightdeck.console-view';

function read(): ConsoleView {
  try {
    const words = (localStorage.getItem(key) ?? '').split(' ');
    return { isPlain: words.includes('plain'), isReadable: words.includes('readable') };
  } catch {
    return { isPlain: false, isReadable: false };
  }
}

function write({ isPlain, isReadable }: ConsoleView): void {
  try {
    localStorage.setItem(key, [isPlain && 'plain', isReadable && 'readable'].filter(Boolean).join(' '));
  } catch {
    // A browser that keeps nothing: until the page is left.
  }
}

export function useConsoleView(): [ConsoleView, (changes: Partial<ConsoleView>) => void] {
  const [view, setView] = useState(read);
  const change = (changes: Partial<ConsoleView>): void => {
    const next = { ...view, ...changes };
    write(next);
    setView(next);
  };
  return [view, change];
}
