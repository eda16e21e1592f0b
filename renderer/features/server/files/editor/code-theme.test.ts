import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { codeBackgrounds, codeHighlight } from './code-theme.ts';

const css = readFileSync(new URL('../../../../theme/app.css', import.meta.url), 'utf8');
const surface = /--surface: (light-dark\([^)]*\))/.exec(css)?.[1] ?? '';

/** The colours of `light-dark(#…, #…)`: light, dark. */
function schemes(colour: string): { light: string; dark: string } {
  const [, light, dark] = /^light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)$/i.exec(colour) ?? [];
  if (light === undefined || dark === undefined) throw new Error(`${colour} is not of both schemes`);
  return { light, dark };
}

/** WCAG 2: relative luminance, and the contrast of two colours. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const colours = codeHighlight.specs.flatMap(({ color }) => (typeof color === 'string' ? [color] : []));
const backgrounds = { surface, ...codeBackgrounds };

describe('I7 the editor can be read', () => {
  test('the known contrast of the library’s own keys in the dark is what this measures', () => {
    expect(contrast('#0000ff', '#1b1e23')).toBeCloseTo(1.9, 1);
    expect(colours.length).toBeGreaterThan(8);
  });

  test.each(Object.entries(backgrounds))('every colour on %s, in both schemes', (_, background) => {
    for (const colour of colours)
      for (const scheme of ['light', 'dark'] as const)
        expect(
          contrast(schemes(colour)[scheme], schemes(background)[scheme]),
          `${colour} on ${background}, ${scheme}`,
        ).toBeGreaterThanOrEqual(4.5);
  });
});
