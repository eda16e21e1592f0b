import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { LightdeckError } from '../../shared/errors.ts';
import { eggSchema } from '../../shared/model/egg.ts';
import { rounds } from '../../tests/support/lane.ts';
import { exportEgg } from './export-egg.ts';
import { parseEgg } from './parse-egg.ts';
import { planServer } from './plan.ts';

const folder = join(import.meta.dirname, '../../tests/fixtures/eggs');
const eggs = readdirSync(folder).filter((name) => /\.(json|yaml)$/.test(name));

/** What people and programs put where something else belongs. */
const odd: readonly unknown[] = [
  null,
  '',
  0,
  -1,
  1e300,
  true,
  [],
  {},
  [[]],
  [null],
  { '': {} },
  ' ',
  '\0',
  '\ud800',
  '{{',
  'regex:(',
  '^^^^',
  '../../etc/passwd',
  'required|regex:/(/|max:x|in:',
  JSON.parse('{"__proto__": {"a": 1}, "constructor": [1]}'),
  'x'.repeat(50_000),
  Array.from({ length: 300 }, () => ({ a: ['b'] })),
];

interface Place {
  holder: object;
  key: string;
}

/** All places of a tree, maps and lists alike. */
function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]: [string, unknown]) => [
    { holder: value, key },
    ...placesOf(inside),
  ]);
}

const change = fc.record({
  place: fc.nat(),
  /** Taken out, or set to one of those. */
  to: fc.option(fc.nat({ max: odd.length - 1 }), { nil: undefined }),
});

test.each(eggs)('E4 %s with fields taken out or of odd types is a model, or refused in words', (name) => {
  // Pictures make each try a hundred times as long.
  const text = readFileSync(join(folder, name), 'utf8').replace(/data:image[^'"]*/, 'data:,');
  const whole: unknown = parse(text);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const tree: unknown = structuredClone(whole);
      for (const { place, to } of changes) {
        const places = placesOf(tree);
        const at = places[place % Math.max(1, places.length)];
        if (!at) continue;
        if (to === undefined) Reflect.deleteProperty(at.holder, at.key);
        else Reflect.set(at.holder, at.key, structuredClone(odd[to]));
      }
      let read: ReturnType<typeof parseEgg>;
      try {
        read = parseEgg(JSON.stringify(tree));
      } catch (error) {
        expect(error).toBeInstanceOf(LightdeckError);
        expect(error).toMatchObject({ code: 'invalid' });
        return;
      }
      const { egg, notes } = read;
      expect(eggSchema.parse(egg)).toEqual(egg);
      for (const note of notes) expect(note.text).not.toMatch(/\p{Cc}|undefined|\[object/u);
      planServer(egg, 'a'.repeat(64), { values: new Map(), install: true });
      // What was understood once is understood again.
      expect(parseEgg(exportEgg(egg)).egg.variables).toEqual(egg.variables);
    }),
    { numRuns: rounds('eggs-mutated', 30, 2000, 'mutations of each egg') },
  );
});
