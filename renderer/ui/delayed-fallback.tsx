import { type ReactNode, useEffect, useState } from 'react';

/** How long a wait may be before anything is said about it: shorter ones would only flicker. */
const patienceMs = 300;

/** Shows its content only when the wait has lasted a moment. */
export function DelayedFallback({ children }: { children: ReactNode }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  return isLate ? children : null;
}
