import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { leftInEnglish } from './host-sentences.ts';

const folder = join(import.meta.dirname, '../../shared/http');

/** What hardly a field takes, so that each says what it wants. */
const odd: readonly unknown[] = [
  null,
  7,
  -1,
  1.5,
  1e300,
  true,
  '',
  ' ',
  'x',
  '\n',
  '../x',
  'x'.repeat(5000),
  [],
  ['x'],
  {},
  { odd: 1 },
  Array.from({ length: 400 }, () => 'x'),
]; // prettier-ignore

interface Shape {
  properties?: Record<string, Shape> | undefined;
  additionalProperties?: Shape | boolean | undefined;
  anyOf?: Shape[] | undefined;
  oneOf?: Shape[] | undefined;
  allOf?: Shape[] | undefined;
  items?: Shape | undefined;
  const?: unknown | undefined;
}
const shape: z.ZodType<Shape> = z.lazy(() =>
  z.object({
    properties: z.record(z.string(), shape).optional(),
    additionalProperties: z.union([z.boolean(), shape]).optional(),
    anyOf: z.array(shape).optional(),
    oneOf: z.array(shape).optional(),
    allOf: z.array(shape).optional(),
    items: shape.optional(),
    const: z.unknown().optional(),
  }),
);

/** Values that are wrong somewhere within this shape: each of its fields by itself, what tells kinds apart as it should be. */
function wrongValues({ properties = {}, additionalProperties, items, ...of }: Shape): unknown[] {
  const fixed = Object.fromEntries(
    Object.entries(properties).flatMap(([key, one]) => ('const' in one ? [[key, one.const]] : [])),
  );
  return [
    ...odd,
    ...Object.entries(properties).flatMap(([key, one]) =>
      wrongValues(one).map((value) => ({ ...fixed, [key]: value })),
    ),
    ...(typeof additionalProperties === 'object'
      ? wrongValues(additionalProperties).flatMap((value) => [{ name: value }, { 'a =': value }])
      : []),
    ...(items ? wrongValues(items).map((value) => [value]) : []),
    ...[...(of.anyOf ?? []), ...(of.oneOf ?? []), ...(of.allOf ?? [])].flatMap(wrongValues),
  ];
}

/** Values and fields stand in it as programs write them. */
const withoutNames = (message: string): string =>
  message
    .replace(/"[\w.-]+"/g, '"7"')
    .replace(/'\w+'/g, "'7'")
    .replace(/^(send at least one (?:setting )?of|is required beside) .+$/, '$1 7');
const isEnglish = (message: string): boolean => leftInEnglish(withoutNames(message)) !== '';

/** What a schema says of values that it doesn't take. */
function complaints(schema: z.ZodType): Set<string> {
  const known = shape.parse(
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }),
  );
  return new Set(
    [...wrongValues(known), undefined].flatMap((value) =>
      (schema.safeParse(value, { reportInput: true }).error?.issues ?? [])
        // The host says which fields it doesn't know in words of its own.
        .filter(({ code }) => code !== 'unrecognized_keys')
        .flatMap((issue) =>
          (issue.code === 'invalid_key' ? issue.issues : [issue]).map(({ message }) => message),
        ),
    ),
  );
}

const isSchema = (value: unknown): value is z.ZodType => value instanceof z.ZodType;
/** Of a module, the schemas of what its routes take. */
const inputsOf = (exported: unknown): z.ZodType[] =>
  typeof exported === 'object' && exported !== null && 'path' in exported
    ? ['params', 'query', 'body'].flatMap((part) => {
        const schema: unknown = Reflect.get(exported, part);
        return isSchema(schema) ? [schema] : [];
      })
    : [];

test('whatever a route says of what it doesn’t take has its German', async () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.includes('.test.'));
  const modules: object[] = await Promise.all(files.map((name) => import(join(folder, name))));
  const inputs = new Set(modules.flatMap((one) => Object.values(one)).flatMap(inputsOf));
  expect(inputs.size).toBeGreaterThan(100);
  const said = new Set([...inputs].flatMap((schema) => [...complaints(schema)]));
  expect(said.size).toBeGreaterThan(50);
  expect([...said].filter(isEnglish)).toEqual([]);
});

test.each([
  z.string(),
  z.int(),
  z.string().min(2).max(3),
  z.string().length(9),
  z.number().gt(9000).lt(9001),
  z.number().min(9000).max(9001),
  z.number().multipleOf(11),
  z.array(z.string()).min(2).max(3),
  z.enum(['a', 'b']),
  z.literal('a'),
  z.string().startsWith('a'),
  z.string().endsWith('a'),
  z.string().includes('a'),
  z.string().regex(/^a$/),
  z.record(z.string().regex(/^a$/), z.string()),
  z.union([z.literal('a'), z.literal('b')]),
])('what the library says by itself of %# has its German', (schema) => {
  const said = [...complaints(schema)];
  expect(said.length).toBeGreaterThan(0);
  expect(said.filter(isEnglish)).toEqual([]);
});
