import { expect, it } from 'vitest';
import { environmentOf, rowsOf } from '../../../ui/environment.ts';
import { differing, mergedRows, withValue } from './environment-draft.ts';

it('what somebody else changed beside it comes in; what both changed is told with both values', () => {
  const base = { A: '1', B: '1', C: '1', D: '1', E: '1' };
  const mine = rowsOf({ A: 'mine', B: '1', C: 'same', E: 'mine', NEW: 'n' });
  const theirs = { A: 'theirs', B: 'theirs', C: 'same', D: '1', OTHER: 'o' };
  const { rows, clashes } = mergedRows(base, mine, theirs);
  expect(environmentOf(rows)).toEqual({
    A: 'mine',
    B: 'theirs',
    C: 'same',
    E: 'mine',
    NEW: 'n',
    OTHER: 'o',
  });
  expect(clashes).toEqual([
    { name: 'A', mine: 'mine', theirs: 'theirs' },
    { name: 'E', mine: 'mine', theirs: null },
  ]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
});

it('a half-typed row stays, and names of objects are names', () => {
  const mine = [...rowsOf({ constructor: 'x' }), { key: 9, name: '', value: 'half' }];
  expect(mergedRows({}, mine, {}).rows).toEqual(mine);
  expect(mergedRows({ constructor: 'x' }, mine, {}).rows).toEqual([{ key: 9, name: '', value: 'half' }]);
  expect(withValue({ A: '1' }, 'A', null)).toEqual({});
  expect(differing({ A: '1', B: '2' }, { A: '1', toString: '2' })).toEqual(['B', 'toString']);
});
