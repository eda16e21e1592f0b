import { describe, expect, test } from 'vitest';
import type { SettingParser } from '../../shared/model/config-setting.ts';
import { editConfig } from './edit-config.ts';
import { readConfig, replacementFor } from './read-config.ts';

const files: [SettingParser, string, [string, string, string][], number][] = [
  [
    'properties',
    '#Minecraft\n\n# Shown in the list\nmotd=A \\u00a7b Server\nmax-players=20\npvp=true\npvp2\ntwice=1\ntwice=2\n',
    [
      ['motd', 'A §b Server', 'text'],
      ['max-players', '20', 'number'],
      ['pvp', 'true', 'boolean'],
      ['pvp2', '', 'text'],
    ],
    2,
  ],
  [
    'ini',
    'Top=1\n[/Script/Engine.GameSession]\nMaxPlayers=8\n+Mods=a\n+Mods=b\n[Server]\nName = The "one"\na.b=c\n',
    [
      ['Top', '1', 'number'],
      ['[/Script/Engine.GameSession].MaxPlayers', '8', 'number'],
      ['Server.Name', 'The "one"', 'text'],
      ['Server.a.b', 'c', 'text'],
    ],
    2,
  ],
  [
    'yaml',
    'a: 1\nlist:\n  # the first\n  - name: x\n    on: "yes"\n  - plain\n"a.b": 2\nempty:\n',
    [
      ['a', '1', 'number'],
      ['list[0].name', 'x', 'text'],
      ['list[0].on', 'yes', 'text'],
      ['list[1]', 'plain', 'text'],
    ],
    1,
  ],
  [
    'json',
    '{\n  // how many\n  "slots": 16, "groups": [{"name": "Admin", "can": true}], "*": 1, "none": null }',
    [
      ['slots', '16', 'number'],
      ['groups[0].name', 'Admin', 'text'],
      ['groups[0].can', 'true', 'boolean'],
    ],
    1,
  ],
  [
    'toml',
    'a = 1\n[server]\nname = "x"\nopen = true\n[[mod]]\nid = "one"\n[[mod]]\nid = "two"\n',
    [
      ['a', '1', 'number'],
      ['server.name', 'x', 'text'],
      ['server.open', 'true', 'boolean'],
      ['mod[0].id', 'one', 'text'],
      ['mod[1].id', 'two', 'text'],
    ],
    0,
  ],
  [
    'xml',
    '<?xml version="1.0"?>\n<Config>\n  <!-- seen by all -->\n  <Name>A &amp; B</Name>\n  <Slots>4</Slots>\n  <Mod>a</Mod><Mod>b</Mod>\n  <Empty/>\n</Config>',
    [
      ['Config.Name', 'A & B', 'text'],
      ['Config.Slots', '4', 'number'],
      ['Config.Empty', '', 'text'],
    ],
    2,
  ],
];

describe.each(files)('E12 settings of %s', (parser, text, expected, leftOut) => {
  const read = readConfig(parser, text);

  test('are read with their places and kinds; what has no place of its own is counted', () => {
    expect(read.settings.map(({ match, value, kind }) => [match, value, kind])).toEqual(expected);
    expect(read.leftOut).toBe(leftOut);
  });

  test('are set by their places, each alone, and all else is as it was', () => {
    for (const { match, kind } of read.settings) {
      const value = kind === 'number' ? '7' : kind === 'boolean' ? 'false' : 'new: "value" #1';
      const edited = editConfig(parser, text, [{ match, value, when: [] }]);
      expect(edited.problems).toEqual([]);
      const after = readConfig(parser, edited.text).settings;
      expect(after.map((one) => [one.match, one.value])).toEqual(
        read.settings.map((one) => [one.match, one.match === match ? value : one.value]),
      );
    }
  });
});

test('E12 the comment above a setting is its help', () => {
  const helps = files.flatMap(([parser, text]) =>
    readConfig(parser, text).settings.flatMap(({ match, help }) => (help === '' ? [] : [[match, help]])),
  );
  expect(helps).toEqual([
    ['motd', 'Shown in the list'],
    ['list[0].name', 'the first'],
    ['slots', 'how many'],
    ['Config.Name', 'seen by all'],
  ]);
});

test.each<[SettingParser, string]>([
  ['yaml', 'a: [1'],
  ['json', '{'],
  ['xml', '<a>'],
  ['toml', 'a = """'],
])('E12 what is no %s says so', (parser, text) => {
  expect(() => readConfig(parser, text)).toThrow();
});

test('E12 a huge file is told in part, in bounded time', () => {
  const text = Array.from({ length: 50_000 }, (_one, at) => `key${at}=${at}`).join('\n');
  const { settings, leftOut } = readConfig('properties', text);
  expect([settings.length, leftOut]).toEqual([2000, 48_000]);
});

const lines = [
  '// Who greets',
  'hostname "My server"',
  'sv_maxplayers = 24',
  'set g_gametype 4',
  'bind a say hi',
  'bind b say ho',
  '# nothing = 1',
  '{',
  'Cheats: true',
  '',
].join('\r\n');

test('E12 lines of whatever language are settings up to their values; what is none, or begins as another one, is counted', () => {
  const { settings, leftOut } = readConfig('file', lines);
  expect(settings).toEqual([
    { match: 'hostname ', value: '"My server"', kind: 'text', help: 'Who greets' },
    { match: 'sv_maxplayers = ', value: '24', kind: 'number', help: '' },
    { match: 'set g_gametype ', value: '4', kind: 'number', help: '' },
    { match: 'Cheats: ', value: 'true', kind: 'boolean', help: '' },
  ]);
  expect(leftOut).toBe(3);
});

test('E12 a line keeps its beginning, and all other lines stay', () => {
  const change = replacementFor('file', { match: 'sv_maxplayers = ', value: '8' });
  expect(editConfig('file', lines, [change]).text).toBe(lines.replace('= 24', '= 8'));
  expect(replacementFor('ini', { match: 'a.b', value: '8' }).value).toBe('8');
});
