import { expect, test } from 'vitest';
import { z } from 'zod';
import { firstProblem } from './first-problem.ts';

const schema = z.strictObject({
  port: z.int().max(65_535, 'must be at most 65535'),
  nested: z.strictObject({ list: z.array(z.string()) }).optional(),
  names: z.record(z.string().regex(/^[a-z]+$/, 'must be lower-case letters'), z.string()).optional(),
});
const problem = (value: unknown, whole?: string) => {
  const { error } = schema.safeParse(value);
  return error ? firstProblem(error, whole) : null;
};

test.each<[unknown, string]>([
  [{ port: 70_000 }, 'port: must be at most 65535'],
  [{ port: 1, nested: { list: ['a', 1] } }, 'nested.list.1: Invalid input: expected string, received number'],
  [{ port: 1, more: 1, odd: 2 }, 'unknown field: more, odd'],
  [{ port: 1, nested: { list: [], odd: 2 } }, 'unknown field: nested.odd'],
  [{ port: 1, names: { 'A B': 'x' } }, 'names.A B: must be lower-case letters'],
  ['text', 'the body: Invalid input: expected object, received string'],
])('%j: %s', (value, words) => {
  expect(problem(value, 'the body')).toBe(words);
});

test('without a name for the whole, the reason stands alone', () => {
  expect(problem(7)).toBe('Invalid input: expected object, received number');
});
