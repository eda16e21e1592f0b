import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('app.css', import.meta.url), 'utf8');

/** Both colours of a variable of the theme: light, dark. */
function colors(name: string): [string, string] {
  const match = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  if (!match?.[1] || !match[2]) throw new Error(`--${name} is no pair of colours`);
  return [match[1], match[2]];
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

test.each(['quiet', 'state-running', 'state-busy', 'state-off', 'state-bad', 'state-unknown'])(
  'I24 --%s can be read on pages and surfaces in both schemes',
  (name) => {
    for (const ground of ['page', 'surface'])
      for (const scheme of [0, 1] as const)
        expect(contrast(colors(name)[scheme], colors(ground)[scheme])).toBeGreaterThan(4.5);
  },
);

test('I24 warnings and placeholders have colours of the theme, not the library’s, which are too pale', () => {
  expect(css).toMatch(/--mantine-color-yellow-light-color: var\(--state-busy\)/);
  expect(css).toMatch(/::placeholder \{\s*color: var\(--quiet\)/);
});
