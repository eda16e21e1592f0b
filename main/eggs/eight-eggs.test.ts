import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eggSchema } from '../../shared/model/egg.ts';
import { parseEgg } from './parse-egg.ts';

const folder = join(import.meta.dirname, '../../tests/fixtures/eggs');
const files = readdirSync(folder).filter((name) => /\.(json|yaml)$/.test(name));
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

describe('E2: real eggs come out as exactly the expected models', () => {
  test('there are eight', () => expect(files).toHaveLength(8));

  test.each(files)('%s', async (file) => {
    const { egg, notes } = parseEgg(readFileSync(join(folder, file), 'utf8'));
    expect(eggSchema.parse(egg)).toEqual(egg);
    // Long texts by what they are: pictures and scripts are compared whole by their digests.
    const shown = {
      ...egg,
      icon: egg.icon === null ? null : `${egg.icon.slice(0, 24)} ${egg.icon.length} ${digest(egg.icon)}`,
      install: egg.install && {
        ...egg.install,
        script: `${egg.install.script.split('\n').length} lines ${digest(egg.install.script)}`,
      },
    };
    await expect(`${JSON.stringify({ egg: shown, notes }, null, 2)}\n`).toMatchFileSnapshot(
      join(folder, 'expected', `${file}.model.json`),
    );
    expect(egg.install?.script).not.toContain('\r');
    expect(egg.install?.script.startsWith('#!/bin/')).toBe(true);
  });

  test('the script of an egg in JSON is its own but for the line ends', () => {
    const text = readFileSync(join(folder, 'minetest.json'), 'utf8');
    const own: unknown = JSON.parse(text).scripts.installation.script;
    expect(parseEgg(text).egg.install?.script).toBe(String(own).replaceAll('\r\n', '\n'));
  });
});
