import { expect, test } from 'vitest';
import { errorText, toError } from './error-text.ts';

const circle = new Error('');
circle.cause = circle;

test.each<[string, unknown, string]>([
  ['an error', new Error('no room'), 'no room'],
  ['an error without a text', new TypeError(''), 'TypeError'],
  ['a text', 'no room', 'no room'],
  ['nothing', undefined, 'undefined'],
  ['an empty text', '', 'unknown error'],
  ['an object without a prototype', Object.create(null), 'unknown error'],
  [
    'a bundle without a text of its own',
    new AggregateError(['refused by ::1', '', 'refused by 127.0.0.1'].map((text) => new Error(text))),
    'refused by ::1; refused by 127.0.0.1',
  ],
  ['an error whose cause alone says something', new Error('', { cause: new Error('reset') }), 'reset'],
  ['an error that is its own cause', circle, 'Error'],
])('%s gives a text', (_, thrown, text) => {
  expect(errorText(thrown)).toBe(text);
});

test('an error stays itself; anything else becomes one that says it', () => {
  const error = new RangeError('far');
  expect(toError(error)).toBe(error);
  expect(toError('far')).toMatchObject({ message: 'far', cause: 'far' });
});
