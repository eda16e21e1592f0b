import { describe, expect, test } from 'vitest';
import type { FileEntry } from '../../../../../shared/http/files.ts';
import { targetRow } from './row-keys.ts';
import { noSelection, pick, type Selection, selectAll } from './selection.ts';
import { byName, nextSorting, type SortKey, sorted } from './sorting.ts';
import { fileKey } from './use-file-keys.ts';

const entry = (name: string, changes: Partial<FileEntry> = {}): FileEntry => ({
  name,
  type: 'file',
  size: 0,
  modified_at: 0,
  link: false,
  ...changes,
});

describe('the order of a list', () => {
  const list = [
    entry('map 10', { size: 1, modified_at: 30 }),
    entry('Map 2', { size: 3, modified_at: 10 }),
    entry('a', { size: 3, modified_at: 20 }),
    entry('zoo', { type: 'directory', modified_at: 1 }),
    entry('bar', { type: 'directory', modified_at: 2 }),
  ];
  const order = (by: SortKey, isDescending: boolean): string =>
    sorted(list, { by, isDescending })
      .map(({ name }) => name)
      .join(', ');

  test('folders first, names as people count, what is equal by name', () => {
    expect(order('name', false)).toBe('bar, zoo, a, Map 2, map 10');
    expect(order('name', true)).toBe('zoo, bar, map 10, Map 2, a');
    expect(order('size', true)).toBe('bar, zoo, a, Map 2, map 10');
    expect(order('size', false)).toBe('bar, zoo, map 10, a, Map 2');
    expect(order('changed', true)).toBe('bar, zoo, map 10, a, Map 2');
    expect(order('changed', false)).toBe('zoo, bar, Map 2, a, map 10');
  });

  test('names that differ in case alone have one order, however they come', () => {
    const two = [entry('A'), entry('a')];
    expect(sorted(two, byName)).toEqual(sorted(two.toReversed(), byName));
  });

  test('a click turns the order round, or begins another column at its usual end', () => {
    expect(nextSorting(byName, 'name')).toEqual({ by: 'name', isDescending: true });
    expect(nextSorting(byName, 'size')).toEqual({ by: 'size', isDescending: true });
    expect(nextSorting({ by: 'size', isDescending: true }, 'name')).toEqual(byName);
  });
});

describe('the selection', () => {
  const order = ['a', 'b', 'c', 'd', 'e'];
  const picked = (start: Selection, ...picks: [string, ('range' | 'toggle')?, 'toggle'?][]): Selection =>
    picks.reduce(
      (selection, [name, ...keys]) =>
        pick(selection, order, { name, isRange: keys.includes('range'), isToggle: keys.includes('toggle') }),
      start,
    );
  const names = (selection: Selection): string => [...selection.names].toSorted().join('');

  test('a plain click takes one, with Ctrl one more or one less', () => {
    expect(names(picked(noSelection, ['a'], ['c']))).toBe('c');
    expect(names(picked(noSelection, ['a'], ['c', 'toggle'], ['e', 'toggle'], ['c', 'toggle']))).toBe('ae');
  });

  test('with Shift a range from the last click, in both directions; another one takes its place', () => {
    expect(names(picked(noSelection, ['b'], ['d', 'range']))).toBe('bcd');
    expect(names(picked(noSelection, ['d'], ['b', 'range']))).toBe('bcd');
    expect(names(picked(noSelection, ['c'], ['e', 'range'], ['a', 'range']))).toBe('abc');
    expect(names(picked(noSelection, ['d', 'range']))).toBe('d');
  });

  test('with both a range is added', () => {
    expect(names(picked(noSelection, ['a'], ['d', 'toggle'], ['e', 'range', 'toggle']))).toBe('ade');
  });

  test('a range from an entry that is gone begins with the click', () => {
    expect(names(picked({ names: new Set(['x']), anchor: 'x' }, ['c', 'range']))).toBe('c');
    expect(names(picked(selectAll(order), ['b', 'toggle']))).toBe('acde');
  });
});

describe('keys', () => {
  const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

  test.each([
    ['F2', {}, 'rename'],
    ['Delete', {}, 'delete'],
    ['Delete', { shiftKey: true }, null],
    ['Backspace', {}, null],
    ['Backspace', { metaKey: true }, 'delete'],
    ['Enter', {}, 'open'],
    ['Escape', {}, 'none'],
    ['a', {}, null],
    ['a', { ctrlKey: true }, 'all'],
    ['A', { metaKey: true }, 'all'],
    ['a', { ctrlKey: true, altKey: true }, null],
  ])('%s with %j: %s', (key, modifiers, meaning) => {
    expect(fileKey({ ...plain, ...modifiers, key })).toBe(meaning);
  });

  test('arrows and pages stay in the list', () => {
    expect([targetRow('ArrowDown', 1, 3), targetRow('ArrowDown', 2, 3), targetRow('ArrowUp', 0, 3)]).toEqual([
      2, 2, 0,
    ]);
    expect([targetRow('PageDown', 0, 30), targetRow('PageUp', 4, 30), targetRow('End', 0, 30)]).toEqual([
      10, 0, 29,
    ]);
    expect([targetRow('Home', 7, 30), targetRow('x', 7, 30)]).toEqual([0, null]);
  });
});
