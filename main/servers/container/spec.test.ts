import { expect, test } from 'vitest';
import { serverDefinition } from '../../../tests/support/server-definition.ts';
import { installSpec, serverSpec } from './spec.ts';

const context = { hostId: 'h', volumePath: '/v', timeZone: null, hostUser: null };
const GiB = 2 ** 30;

test.each([
  [
    { memory: GiB, cpu: 0.5 },
    { memory: 2 * GiB, cpu: 2 },
  ],
  [
    { memory: 8 * GiB, cpu: 4 },
    { memory: 8 * GiB, cpu: 4 },
  ],
  [
    { memory: null, cpu: 1 },
    { memory: null, cpu: 2 },
  ],
])('B7 the install of a server with %j may use %j', (limits, expected) => {
  expect(installSpec(serverDefinition('s', { limits }), 'true', context).limits).toEqual(expected);
});

test('B7 the setting is the server’s, not its install’s; a definition of before it keeps its hash', () => {
  const closed = serverDefinition('s', { read_only_root: true });
  expect(serverSpec(closed, context).readOnlyRoot).toBe(true);
  expect(installSpec(closed, 'true', context).readOnlyRoot).toBe(false);
  const open = serverSpec(serverDefinition('s'), context);
  expect('readOnlyRoot' in open).toBe(false);
  expect(serverSpec(closed, context).definitionHash).not.toBe(open.definitionHash);
});
