import { expect, test } from 'vitest';
import { actionWords } from './action-strings.ts';

test('an act is told in words; one that is not known as the record has it', () => {
  expect(actionWords('POST /containers/:id/rebind-network')).toBe('Change the ports');
  expect(actionWords('POST /something/new')).toBe('POST /something/new');
});
