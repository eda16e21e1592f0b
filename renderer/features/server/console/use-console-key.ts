import { useEffect, useRef } from 'react';

/** Calls `action` when a key that `isIt` is pressed anywhere on the page, but not while a dialog is open. */
export function useConsoleKey(isIt: (event: KeyboardEvent) => boolean, action: () => void): void {
  const latest = useRef({ isIt, action });
  latest.current = { isIt, action };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!latest.current.isIt(event) || document.querySelector('[role="dialog"]')) return;
      event.preventDefault();
      latest.current.action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
