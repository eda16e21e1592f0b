import { useEffect, useRef, useState } from 'react';

type Leave = () => void;

/** Whoever must be asked before the page shows something else. One at a time: there is one thing on it that can be lost. */
let guard: ((leave: Leave) => void) | null = null;

/** For the router: goes at once, or when the one who guards the page agrees. */
export function passGuard(leave: Leave): void {
  if (guard) guard(leave);
  else leave();
}

interface LeaveGuard {
  /** Somebody wants to leave, and must be asked. */
  isAsked: boolean;
  stay: () => void;
  leave: () => void;
}

/**
 * Guards the page while `isGuarded`: links, the palette, the browser's Back and closing the window all ask first. Back is met by
 * an entry of the same address in front of the real one, so that the address never says what isn't shown.
 */
export function useLeaveGuard(isGuarded: boolean): LeaveGuard {
  const [asked, setAsked] = useState<{ leave: Leave } | null>(null);
  const release = useRef<() => void>(() => {});
  useEffect(() => {
    if (!isGuarded) return;
    const ask = (leave: Leave): void => setAsked({ leave });
    const again = (): void => window.history.pushState(window.history.state, '', window.location.href);
    const onBack = (): void => {
      again();
      ask(() => window.history.go(-2));
    };
    const onUnload = (event: BeforeUnloadEvent): void => event.preventDefault();
    guard = ask;
    again();
    window.addEventListener('popstate', onBack);
    window.addEventListener('beforeunload', onUnload);
    const dispose = (): void => {
      if (guard === ask) guard = null;
      window.removeEventListener('popstate', onBack);
      window.removeEventListener('beforeunload', onUnload);
    };
    release.current = dispose;
    return dispose;
  }, [isGuarded]);
  return {
    isAsked: asked !== null,
    stay: () => setAsked(null),
    leave() {
      setAsked(null);
      release.current();
      asked?.leave();
    },
  };
}
