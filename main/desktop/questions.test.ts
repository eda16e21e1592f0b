import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ParentWindow, visibleParent } from './questions.ts';

const window = (changes: { destroyed?: boolean; visible?: boolean; minimized?: boolean }): ParentWindow => ({
  isDestroyed: () => changes.destroyed ?? false,
  isVisible: () => changes.visible ?? true,
  isMinimized: () => changes.minimized ?? false,
});

test('a window that isn’t on the screen is no parent of a question', () => {
  const shown = window({});
  expect(visibleParent(shown)).toBe(shown);
  for (const hidden of [{ destroyed: true }, { visible: false }, { minimized: true }])
    expect(visibleParent(window(hidden))).toBeNull();
  expect(visibleParent(null)).toBeNull();
});

test('nothing else in the app opens dialogs', () => {
  const folder = import.meta.dirname;
  const users = readdirSync(folder)
    .filter((name) => /(?<!\.test)\.ts$/.test(name))
    .filter((name) => /\bdialog\./.test(readFileSync(join(folder, name), 'utf8')));
  expect(users).toEqual(['questions.ts']);
});
