import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { AppIcon } from './app-icon.tsx';

/** What is drawn, in order, without names and room. */
const shapes = (svg: string): string[] =>
  [...svg.matchAll(/<(rect|circle|path|stop|linearGradient|g)\b([^>]*?)\/?>/g)]
    .map(([, tag = '', attributes = '']) => {
      const named = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ]);
      const drawn = named.filter(([name]) => name !== 'id').map((pair) => pair.join('='));
      return [tag, ...drawn.sort()].join(' ');
    })
    .filter((shape) => shape !== 'g');

test('the page’s icon and the app’s are one drawing', () => {
  const drawing = readFileSync(join(import.meta.dirname, '../../build/icon.svg'), 'utf8');
  const shown = shapes(renderToStaticMarkup(createElement(AppIcon, { size: 20 })));
  expect(shown).toEqual(shapes(drawing));
  expect(shown).toHaveLength(11);
});
