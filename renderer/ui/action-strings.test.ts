import { expect, test } from 'vitest';
import { actionStrings } from './action-strings.ts';

test('an act is told in words; one that is not known as the record has it', () => {
  expect(actionStrings('POST /containers/:id/rebind-network')).toBe('Change the ports');
  expect(actionStrings('POST /something/new')).toBe('POST /something/new');
});
