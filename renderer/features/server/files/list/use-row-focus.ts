import { type FocusEvent, type RefObject, useEffect, useRef } from 'react';

interface RowFocusOptions {
  /** What the rows are in. */
  box: RefObject<HTMLElement | null>;
  /** The names, in their order. */
  order: readonly string[];
  /** A name that gets the focus as soon as it is in the list; null for none. */
  reveal: string | null;
  onRevealed: () => void;
  /** Brings a row into sight, so that it is made. */
  scrollTo: (index: number) => void;
}

/** The place of the row that something is in; null outside of any. */
export function rowOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return row ? Number(row.dataset.index) : null;
}

/** The focus in a list of which only the rows in sight exist. It isn't lost with an entry that goes: the next one gets it. */
export function useRowFocus({ box, order, reveal, onRevealed, scrollTo }: RowFocusOptions) {
  /** A row that is to get the focus once it is made. */
  const wanted = useRef<number | null>(null);
  const last = useRef<{ name: string; index: number } | null>(null);
  const seen = useRef(order);
  const linkAt = (index: number): HTMLElement | null =>
    box.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`) ?? null;
  const focus = (index: number): void => {
    scrollTo(index);
    const link = linkAt(index);
    wanted.current = link ? null : index;
    link?.focus();
  };
  useEffect(() => {
    if (wanted.current !== null && linkAt(wanted.current)) focus(wanted.current);
    const revealed = reveal === null ? -1 : order.indexOf(reveal);
    if (revealed >= 0) {
      focus(revealed);
      onRevealed();
    }
    if (seen.current === order) return;
    seen.current = order;
    const { current: before } = last;
    const isLost = before !== null && document.activeElement === document.body;
    if (isLost && order.length > 0 && !order.includes(before.name))
      focus(Math.min(before.index, order.length - 1));
  });
  const onFocus = ({ target }: FocusEvent): void => {
    const index = rowOf(target);
    const name = index === null ? undefined : order[index];
    if (index !== null && name !== undefined) last.current = { name, index };
  };
  return { focus, linkAt, onFocus };
}
