/** Keys that were pressed while a dialog or a menu was open. */
const pressedInLayer = new WeakSet<Event>();
const openLayer = '[role="dialog"], [aria-modal="true"], [role="menu"]';

/**
 * To be called once, before anything is drawn: looks at each key before anybody else does. A dialog that goes by Escape is no longer in
 * the document when the page's own keys hear of that key.
 */
export function watchLayers(): void {
  window.addEventListener(
    'keydown',
    (event) => {
      if (document.querySelector(openLayer)) pressedInLayer.add(event);
    },
    { capture: true },
  );
}

/** Whether the key was meant for a dialog or a menu: what lies under it leaves it alone. */
export const isForLayer = (event: KeyboardEvent): boolean => pressedInLayer.has(event);

/** Whether a key pressed there writes text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('textarea, select, input:not([type="checkbox"]), [role="textbox"]'))
  );
}
