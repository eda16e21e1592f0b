import { expect, test } from 'vitest';
import { ApiError } from '../../client/http-client.ts';
import { changeContainerBody } from '../../shared/http/container-body.ts';
import { mistakesOf, problemsOf } from './mistakes.ts';

const refused = (message: string) => new ApiError(400, message);

test('a refusal is shown at the field that it names, as a sentence, and nowhere else', () => {
  const error = refused('stop.signal: must be a signal name like SIGTERM');
  const { at, rest } = mistakesOf(error, ['stop.signal', 'stop.timeout']);
  expect(at('stop.signal')).toBe('Must be a signal name like SIGTERM.');
  expect([at('stop.timeout'), rest]).toEqual([null, null]);
});

test('a field stands for all that is within it, whatever its name', () => {
  const { at, rest } = mistakesOf(refused('environment.A-B.C: must not contain NUL'), ['environment']);
  expect([at('environment'), rest]).toEqual(['Must not contain NUL.', null]);
  expect(mistakesOf(refused('environments: no'), ['environment']).rest).not.toBeNull();
});

test.each([
  refused('unknown field: colour'),
  refused('Cannot mount to system path'),
  new ApiError(409, 'name: is taken'),
  new ApiError(0, 'The host can’t be reached.'),
  new Error('name: something else'),
])('%s has no field here', (error) => {
  const { at, rest } = mistakesOf(error, ['name']);
  expect([at('name'), rest]).toEqual([null, error]);
});

test('the form’s own checks come first', () => {
  const { at } = mistakesOf(refused('port: no'), ['port'], { port: 'A port is needed.' });
  expect(at('port')).toBe('A port is needed.');
});

test('a request is checked before it is sent, in the host’s words', () => {
  expect(problemsOf(changeContainerBody, { tty: true })).toEqual({});
  const wrong = { volume_owner: '!', stop: { signal: 'bye', timeout: 5 } };
  expect(problemsOf(changeContainerBody, wrong)).toEqual({
    volume_owner: 'Must be a user like 1000, 1000:1000 or games.',
    'stop.signal': 'Must be a signal name like SIGTERM.',
  });
});
