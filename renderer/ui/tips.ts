/** How long somebody points at a thing before it is told what it is, in ms. */
const waitMs = 300;
/** Pixels between the thing and the words, and to the window's edge. */
const gap = 6;

/**
 * The words of `data-tip` beside whatever the mouse or the keyboard is at. Fingers get none: their words would cover what they touched.
 * One element and no library, since every icon of the first page has such words. Returns its end.
 */
export function startTips(root: Document): () => void {
  const tip = root.createElement('div');
  tip.className = 'tip';
  // Whoever hears the page has the same words as the button's name.
  tip.setAttribute('aria-hidden', 'true');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown: Element | null = null;
  const hide = (): void => {
    clearTimeout(timer);
    shown = null;
    tip.remove();
  };
  const show = (target: Element): void => {
    const words = target.getAttribute('data-tip');
    if (!words || !target.isConnected) return;
    tip.textContent = words;
    root.body.append(tip);
    const { left, width, top, bottom } = target.getBoundingClientRect();
    const own = tip.getBoundingClientRect();
    const room = root.documentElement.clientWidth - own.width - gap;
    const above = top - own.height - gap;
    tip.style.left = `${Math.max(gap, Math.min(left + width / 2 - own.width / 2, room))}px`;
    tip.style.top = `${above > gap ? above : bottom + gap}px`;
  };
  const at = (event: Event, isSoon: boolean): void => {
    const target = event.target instanceof Element ? event.target.closest('[data-tip]') : null;
    if (target === shown) return;
    hide();
    shown = target;
    if (target) timer = setTimeout(() => show(target), isSoon ? 0 : waitMs);
  };
  const over = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch') at(event, false);
  };
  const focused = (event: FocusEvent): void => {
    if (event.target instanceof Element && event.target.matches(':focus-visible')) at(event, true);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') hide();
  };
  root.addEventListener('pointerover', over);
  root.addEventListener('focusin', focused);
  root.addEventListener('focusout', hide);
  root.addEventListener('pointerdown', hide);
  root.addEventListener('keydown', onKey);
  root.addEventListener('scroll', hide, { capture: true, passive: true });
  return () => {
    hide();
    root.removeEventListener('pointerover', over);
    root.removeEventListener('focusin', focused);
    root.removeEventListener('focusout', hide);
    root.removeEventListener('pointerdown', hide);
    root.removeEventListener('keydown', onKey);
    root.removeEventListener('scroll', hide, { capture: true });
  };
}
