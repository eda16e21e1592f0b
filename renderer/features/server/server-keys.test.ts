import { expect, test } from 'vitest';
import { neighbour, serverKey } from './server-keys.ts';

const press = (code: string, held: ('ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey')[] = []) =>
  serverKey({
    code,
    ctrlKey: held.includes('ctrlKey'),
    metaKey: held.includes('metaKey'),
    altKey: held.includes('altKey'),
    shiftKey: held.includes('shiftKey'),
  });

test('digits are tabs, J and K lead through the servers, power takes Alt and Shift', () => {
  expect(press('Digit1')).toEqual({ kind: 'tab', index: 0 });
  expect(press('KeyJ')).toEqual({ kind: 'server', step: 1 });
  expect(press('KeyK')).toEqual({ kind: 'server', step: -1 });
  expect(press('KeyX', ['altKey', 'shiftKey'])).toEqual({ kind: 'power', action: 'stop' });
});

test('what is the browser’s or is typed by mistake means nothing', () => {
  for (const [code, held] of [
    ['KeyK', ['ctrlKey']],
    ['Digit1', ['altKey']],
    ['Digit1', ['metaKey']],
    ['KeyS', ['shiftKey']],
    ['KeyX', []],
    ['Digit0', []],
    ['KeyS', ['ctrlKey', 'altKey', 'shiftKey']],
  ] as const)
    expect(press(code, [...held])).toBeNull();
});

test('the next server goes around the end; alone, or gone, there is none', () => {
  expect(neighbour(['a', 'b', 'c'], 'c', 1)).toBe('a');
  expect(neighbour(['a', 'b', 'c'], 'a', -1)).toBe('c');
  expect(neighbour(['a'], 'a', 1)).toBeNull();
  expect(neighbour(['a', 'b'], 'x', 1)).toBeNull();
});
