import { expect, test } from 'vitest';
import { maxTagLength, maxTags, tagsSchema } from './tags.ts';

test('tags are few, short, on one line and none twice', () => {
  const longest = 'ä'.repeat(maxTagLength);
  expect(tagsSchema.parse([' friends ', 'Ärger 🐉', longest])).toEqual(['friends', 'Ärger 🐉', longest]);
  const many = Array.from({ length: maxTags + 1 }, (_, n) => `t${n}`);
  expect(tagsSchema.safeParse(many.slice(1)).success).toBe(true);
  for (const wrong of [many, [`${longest}x`], ['a', 'A'], ['a,b'], ['a\nb'], [''], ['  '], [1], null])
    expect(tagsSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
});
