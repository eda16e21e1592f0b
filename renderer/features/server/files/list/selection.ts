/** What is selected in a list, by name, and where the next range begins. */
export interface Selection {
  names: ReadonlySet<string>;
  /** The entry that was picked last without Shift; null before any was. */
  anchor: string | null;
}

/** How an entry is picked: as the only one, or with the keys for a range (Shift) or for one more (Ctrl, ⌘). */
export interface Pick {
  isRange: boolean;
  isToggle: boolean;
}

export const noSelection: Selection = { names: new Set(), anchor: null };

export const selectAll = (order: readonly string[]): Selection => ({ names: new Set(order), anchor: null });

/** The selection after `name` is picked in a list of that order. A range with both keys is added to what is selected. */
export function pick(
  selection: Selection,
  order: readonly string[],
  { name, isRange, isToggle }: Pick & { name: string },
): Selection {
  if (isRange) {
    // A range from an entry that is gone begins where it ends.
    const from = order.indexOf(selection.anchor ?? name);
    const to = order.indexOf(name);
    const first = from < 0 ? to : Math.min(from, to);
    const range = order.slice(first, Math.max(from, to) + 1);
    const names = new Set(isToggle ? [...selection.names, ...range] : range);
    return { names, anchor: from < 0 ? name : (selection.anchor ?? name) };
  }
  if (!isToggle) return { names: new Set([name]), anchor: name };
  const names = new Set(selection.names);
  if (!names.delete(name)) names.add(name);
  return { names, anchor: name };
}
