import type { KeyboardEvent, MouseEvent } from 'react';
import { targetRow } from './row-keys.ts';
import { type Pick, pick, type Selection } from './selection.ts';
import { rowOf } from './use-row-focus.ts';

interface RowEventsOptions {
  /** The names, in their order. */
  order: readonly string[];
  selection: Selection;
  onSelect: (selection: Selection) => void;
  /** Gives a row the focus, which need not be in sight yet. */
  focus: (index: number) => void;
  /** The link of a row that is in sight. */
  linkAt: (index: number) => HTMLElement | null;
}

const pickOf = (event: MouseEvent | KeyboardEvent): Pick => ({
  isRange: event.shiftKey,
  isToggle: event.ctrlKey || event.metaKey,
});

const isIn = (target: EventTarget, selector: string): boolean =>
  target instanceof Element && target.closest(selector) !== null;

/** Clicks and keys on the rows of a list: a click selects, with Shift and Ctrl as everywhere; arrow keys go from name to name, Space selects. */
export function useRowEvents({ order, selection, onSelect, focus, linkAt }: RowEventsOptions) {
  const choose = (name: string, how: Pick, from = selection): void =>
    onSelect(pick(from, order, { name, ...how }));
  const onClick = (event: MouseEvent): void => {
    const index = rowOf(event.target);
    const name = index === null ? undefined : order[index];
    if (index === null || name === undefined || isIn(event.target, 'input, button')) return;
    const how = pickOf(event);
    if (isIn(event.target, 'a')) {
      if (!how.isRange && !how.isToggle) return;
      // Not in a window or tab of its own, which is what these keys do to a link.
      event.preventDefault();
    }
    choose(name, how);
    linkAt(index)?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = rowOf(event.target);
    const name = at === null ? undefined : order[at];
    if (at === null || name === undefined || event.altKey) return;
    if (event.key === ' ' && isIn(event.target, 'a')) {
      event.preventDefault();
      choose(name, { isRange: event.shiftKey, isToggle: true });
      return;
    }
    const index = targetRow(event.key, at, order.length);
    const target = index === null ? undefined : order[index];
    if (index === null || target === undefined) return;
    event.preventDefault();
    if (event.shiftKey) {
      const from = { names: selection.names, anchor: selection.anchor ?? name };
      choose(target, { isRange: true, isToggle: false }, from);
    }
    focus(index);
  };
  return {
    choose,
    rows: {
      onClick,
      onKeyDown,
      // Shift would mark text from the last click to this one.
      onMouseDown: (event: MouseEvent): void => {
        if (event.shiftKey) event.preventDefault();
      },
      onDoubleClick: (event: MouseEvent): void => {
        const index = isIn(event.target, 'input, a, button') ? null : rowOf(event.target);
        if (index !== null) linkAt(index)?.click();
      },
    },
  };
}
