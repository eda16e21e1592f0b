import { expect, test } from 'vitest';
import { errorsOf } from './route.ts';

test('A1 A3 a route can fail as all of its kind can, and in its own ways', () => {
  const asked = { access: 'files.write', method: 'PUT', errors: ['out_of_space'] } as const;
  expect(errorsOf(asked).sort()).toEqual([
    'disk_full',
    'internal',
    'invalid',
    'not_permitted',
    'out_of_space',
    'rate_limited',
    'token_expired',
    'too_large',
    'unauthorized',
    'vendor_header',
  ]);
  expect(errorsOf({ access: 'public', method: 'GET', errors: [] }).sort()).toEqual(['internal', 'invalid']);
  expect(errorsOf({ access: 'any', method: 'GET', errors: [] })).not.toContain('not_permitted');
});
