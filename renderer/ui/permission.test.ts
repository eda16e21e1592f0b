import { expect, test } from 'vitest';
import { mayCreateServers, permissionOf } from './permission.ts';

test('what is not known yet is not offered, and not said to be missing', () => {
  const unknown = permissionOf(null);
  expect(unknown.isKnown).toBe(false);
  expect([unknown.may('power'), unknown.may('files.read', 'a'), mayCreateServers(unknown)]).toEqual([
    false,
    false,
    false,
  ]);
});

test('a token may what its scopes say, for its own servers', () => {
  const bound = permissionOf({ scopes: ['power', 'containers.write', 'files.write'], containers: ['a'] });
  expect([bound.may('power', 'a'), bound.may('power', 'b'), bound.may('system')]).toEqual([
    true,
    false,
    false,
  ]);
  expect([bound.isKnown, bound.isBound, mayCreateServers(bound)]).toEqual([true, true, false]);
  const free = permissionOf({ scopes: ['containers.write', 'files.write'], containers: null });
  expect([free.may('files.write', 'b'), free.isBound, mayCreateServers(free)]).toEqual([true, false, true]);
});
