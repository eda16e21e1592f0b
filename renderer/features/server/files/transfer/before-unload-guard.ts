/** A switch: while it is on, the browser asks before the page is left for good. Each switch counts for itself. */
export function beforeUnloadGuard(): (isBusy: boolean) => void {
  const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
  return (isBusy) => {
    if (isBusy) window.addEventListener('beforeunload', ask);
    else window.removeEventListener('beforeunload', ask);
  };
}
