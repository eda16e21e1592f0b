import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anEgg, eggText } from './an-egg.test-helper.ts';
import { exportEgg } from './export-egg.ts';
import { parseEgg } from './parse-egg.ts';

const folder = join(import.meta.dirname, '../../tests/fixtures/eggs');
const files = readdirSync(folder).filter((name) => /\.(json|yaml)$/.test(name));

describe('E8: exported as PTDL_v2 and imported again an egg is the same', () => {
  test.each(files)('%s', (file) => {
    const { egg } = parseEgg(readFileSync(join(folder, file), 'utf8'));
    const text = exportEgg(egg);
    expect(parseEgg(text).egg).toEqual({ ...egg, format: 'PTDL_v2' });
    expect(exportEgg(parseEgg(text).egg)).toBe(text);
  });

  test.each<[string, object]>([
    ['names that JavaScript would put in another order', { docker_images: { 'b 9': 'b', 21: 'a', 17: 'c' } }],
    ['several commands', { startup: undefined, startup_commands: { Proton: 'p', Default: 'd' } }],
    ['one with a name', { startup: undefined, startup_commands: { Proton: 'p' } }],
    [
      'a local image, a picture, tags',
      { docker_images: { A: '~a' }, icon: 'data:image/png;base64,AAAA', tags: ['x'] },
    ],
    [
      'no install, nothing to be ready',
      { scripts: {}, config: { ...anEgg.config, startup: '{}', stop: '^^C' } },
    ],
    [
      'several texts, an expression',
      { config: { ...anEgg.config, startup: '{"done": ["a", "regex:b+"]}', stop: '^SIGTERM' } },
    ],
    [
      'configuration files of all kinds',
      {
        config: {
          ...anEgg.config,
          files:
            '{"a": {"parser": "json", "create_file": false, "find": {"__proto__": true, "9": 1, "1": {"x": "y", "regex:^a": "b$1"}}}}',
        },
      },
    ],
    [
      'rules with bars',
      {
        variables: [
          {
            name: 'V',
            env_variable: 'V',
            default_value: 'c',
            rules: ['in:a,b', 'regex:/^(a|b|c)$/'],
            sort: 3,
          },
        ],
      },
    ],
  ])('%s', (_what, fields) => {
    const { egg } = parseEgg(eggText(fields, 'PLCN_v3'));
    expect(parseEgg(exportEgg(egg)).egg).toEqual({ ...egg, format: 'PTDL_v2' });
  });
});
