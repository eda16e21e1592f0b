import { expect, test } from 'vitest';
import { HttpClient } from './http-client.ts';

test('a refusal carries the host’s words, and one of the token ends the session', () => {
  let ended = 0;
  const client = new HttpClient({ connection: () => null, onUnauthorized: () => (ended += 1) });
  expect(client.refusal(507, { error: 'The volume is full.' })).toMatchObject({
    status: 507,
    message: 'The volume is full.',
  });
  expect(client.refusal(502, null).message).toBe('The host answered 502.');
  expect(ended).toBe(0);
  expect(client.refusal(401, { error: 'No.' }).status).toBe(401);
  expect(ended).toBe(1);
});
