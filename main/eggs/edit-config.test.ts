import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConfigParser, ConfigReplacement, ConfigValue } from '../../shared/model/egg.ts';
import { cpuMs } from '../../tests/support/cpu-time.ts';
import { rounds } from '../../tests/support/lane.ts';
import { TreeError } from './data/tree.ts';
import { editConfig } from './edit-config.ts';

type Find = Record<string, ConfigValue | Record<string, ConfigValue>>;
const replacements = (find: Find): ConfigReplacement[] =>
  Object.entries(find).map(([match, value]) =>
    typeof value === 'object'
      ? {
          match,
          value: null,
          when: Object.entries(value).map(([written, then]) => ({
            equals: written.replace(/^regex:/, ''),
            pattern: written.startsWith('regex:'),
            value: then,
          })),
        }
      : { match, value, when: [] },
  );

/** The text after it, having been done twice. */
function edited(parser: ConfigParser, text: string, find: Find): string {
  const once = editConfig(parser, text, replacements(find));
  expect(once.problems).toEqual([]);
  const twice = editConfig(parser, once.text, replacements(find));
  expect([twice.text, twice.changed]).toEqual([once.text, []]);
  return once.text;
}

describe('E5 properties', () => {
  const file =
    '#Minecraft server properties\n! and so on\nmotd=A \\u00a7aB\nserver-port=1\nquery.port : 1\nlevel-name world\n\nlong=a\\\n   b\n';
  test('sets and adds; comments, order, separators and the rest stay', () => {
    expect(
      edited('properties', file, {
        'server-port': '25570',
        'query.port': '25570',
        'level-name': 'w2',
        'server-ip': '',
        long: 'c',
      }),
    ).toBe(
      '#Minecraft server properties\n! and so on\nmotd=A \\u00a7aB\nserver-port=25570\nquery.port : 25570\nlevel-name w2\n\nlong=c\nserver-ip=\n',
    );
  });
  test('writes what every Java reads', () => {
    expect(edited('properties', 'motd=', { motd: ' Ünï 🎮 a:b=c\\d "q" #x\n2', 'a key=': 1 })).toBe(
      'motd=\\ \\u00DCn\\u00EF \\uD83C\\uDFAE a:b=c\\\\d "q" #x\\n2\na\\ key\\==1\n',
    );
  });
  test('a missing file, an empty one, Windows line ends', () => {
    expect(edited('properties', '', { a: 1 })).toBe('a=1\n');
    expect(edited('properties', 'a=1\r\nb=2', { b: 3, c: true })).toBe('a=1\r\nb=3\r\nc=true\r\n');
  });
  test('only what equals a case', () => {
    expect(edited('properties', 'a=1\nb=1\n', { a: { '1': '2' }, b: { '9': '2' }, c: { '1': '2' } })).toBe(
      'a=2\nb=1\n',
    );
  });
});

describe('E5 file', () => {
  test('whole lines by what they begin with, the longest counts; nothing is added', () => {
    const file = '# conf\r\nname = a\r\nname2 = b\n  name = c\n#port = 1\nlast';
    expect(
      edited('file', file, {
        name: 'name = x',
        name2: 'name2 = y',
        '#port': 'port = 2',
        last: 'last = 1',
        none: 'none = 1',
      }),
    ).toBe('# conf\r\nname = x\r\nname2 = y\n  name = c\nport = 2\nlast = 1');
  });
  test('a value of several lines is put there once', () => {
    expect(edited('file', 'a\nb\n', { a: 'a 1\n  more' })).toBe('a 1\n  more\nb\n');
  });
  test('what becomes another match, also in a circle', () => {
    expect(edited('file', 'a\n', { a: 'b', b: 'c' })).toBe('c\n');
    edited('file', 'a\nb\n', { a: 'b1', b: 'a1' });
  });
});

describe('E5 ini', () => {
  test('keys with and without a section, duplicates, the file’s own way', () => {
    const file = '; Murmur\nport=1\nusers=5\n\n[Ice]\n;port=2\nport=3\n';
    expect(edited('ini', file, { port: '64738', host: '', 'Ice.port': 9, 'New.key': 'a;b #c' })).toBe(
      '; Murmur\nport=64738\nusers=5\nhost=\n\n[Ice]\n;port=2\nport=9\n\n[New]\nkey=a;b #c\n',
    );
  });
  test('sections with dots, Unreal’s lists', () => {
    const file = '[/Script/Engine.GameSession]\r\nMaxPlayers=10\r\n+Admins=1\r\n+Admins=2\r\n';
    expect(
      edited('ini', file, {
        '[/Script/Engine.GameSession].MaxPlayers': '20',
        '[/Script/Engine.GameSession].New.Key': true,
      }),
    ).toBe('[/Script/Engine.GameSession]\r\nMaxPlayers=20\r\n+Admins=1\r\n+Admins=2\r\nNew.Key=true\r\n');
  });
  test('an empty file, a key in front of all sections', () => {
    expect(edited('ini', '', { 'a.b': 1 })).toBe('[a]\nb = 1\n');
    expect(edited('ini', '# x\n[a]\nb : 1\n', { c: 1, 'a.b': 'line\nbreak' })).toBe(
      '# x\nc = 1\n[a]\nb : line break\n',
    );
  });
});

describe('E5 json', () => {
  test('values keep their types; comments, order and layout stay', () => {
    const file =
      '{\n\t// the name\n\t"name": "x", "on": false,\n\t"port": 1, /* p */ "text": "5",\n\t"list": [\n\t\t{"a": 1}\n\t]\n}\n';
    expect(edited('json', file, { name: '5', on: 'true', port: '27015', text: '7', 'list[0].a': '2' })).toBe(
      '{\n\t// the name\n\t"name": "5", "on": true,\n\t"port": 27015, /* p */ "text": "7",\n\t"list": [\n\t\t{"a": 2}\n\t]\n}\n',
    );
  });
  test('makes what is missing', () => {
    expect(
      edited('json', '', {
        name: 'x',
        'userGroups[0].password': 'p',
        'userGroups[1].name': 'Friend',
        port: '15637',
        id: '76561198000000001',
        no: '007',
      }),
    ).toBe(
      '{\n  "name": "x",\n  "userGroups": [\n    {\n      "password": "p"\n    },\n    {\n      "name": "Friend"\n    }\n  ],\n  "port": 15637,\n  "id": "76561198000000001",\n  "no": "007"\n}\n',
    );
    expect(edited('json', '{"a": {}, "b": [1]}', { 'a.x': true, 'b[1]': 2, c: 'd' })).toBe(
      '{"a": {\n  "x": true\n}, "b": [1, 2], "c": "d"}',
    );
  });
  test('behind a comment and a comma of the last entry', () => {
    expect(edited('json', '{\n  "a": 1 // one\n}', { b: 2 })).toBe('{\n  "a": 1, // one\n  "b": 2\n}');
    expect(edited('json', '{\n  "a": 1,\n}', { b: 2 })).toBe('{\n  "a": 1,\n  "b": 2,\n}');
  });
  test('all children, cases by value and by expression', () => {
    const file = '{"s": {"a": {"h": "127.0.0.1:1"}, "b": {"h": "10.0.0.1:2"}, "c": {}}, "m": "x"}';
    expect(
      edited('json', file, {
        's.*.h': { 'regex:^(127\\.0\\.0\\.1|localhost)(:\\d{1,5})?$': '172.18.0.1$2' },
        m: { x: 'y' },
        n: { x: 'y' },
      }),
    ).toBe('{"s": {"a": {"h": "172.18.0.1:1"}, "b": {"h": "10.0.0.1:2"}, "c": {}}, "m": "y"}');
  });
  test('what can’t be is told, and the rest is done', () => {
    const { text, problems } = editConfig(
      'json',
      '{"a": [1], "b": 1}',
      replacements({ 'a[5]': 1, 'b.c': 1, a: 1, b: 2 }),
    );
    expect(text).toBe('{"a": [1], "b": 2}');
    expect(problems).toEqual([
      'a[5]: the list there has only 1 entries',
      'b.c: there is a single value in its place',
      'a: there is a list in its place',
    ]);
  });
});

describe('E5 yaml', () => {
  const file =
    "# Bungee\nlisteners:\n- query_port: 1   # q\n  host: 0.0.0.0:1\n  \"y\": yes\nservers:\n  lobby:\n    address: localhost:25566\n    restricted: false\n  other:\n    address: 10.0.0.1:1\nmotd: '&1It''s'\nempty:\nflow: {a: 1, b: [x, y]}\n";
  test('only values change; comments, quotes and order stay', () => {
    expect(
      edited('yaml', file, {
        'listeners[0].query_port': '25577',
        'listeners[0].host': '0.0.0.0:25577',
        'servers.*.address': { 'regex:^(127\\.0\\.0\\.1|localhost)(:\\d{1,5})?$': '172.18.0.1$2' },
        'servers.lobby.restricted': 'true',
        motd: "Don't: # x",
        'flow.a': 2,
        'flow.b[0]': 'a, b',
      }),
    ).toBe(
      '# Bungee\nlisteners:\n- query_port: 25577   # q\n  host: 0.0.0.0:25577\n  "y": yes\nservers:\n  lobby:\n    address: 172.18.0.1:25566\n    restricted: true\n  other:\n    address: 10.0.0.1:1\nmotd: \'Don\'\'t: # x\'\nempty:\nflow: {a: 2, b: ["a, b", y]}\n',
    );
  });
  test('makes what is missing where it belongs', () => {
    expect(
      edited('yaml', file, {
        'listeners[0].tab': 'x',
        'listeners[1].host': 'h',
        'servers.new.address': 'a:1',
        'empty.a.b': 1,
        'flow.c.d': 'on',
        'top[0]': 'true',
      }),
    ).toBe(
      '# Bungee\nlisteners:\n- query_port: 1   # q\n  host: 0.0.0.0:1\n  "y": yes\n  tab: x\n- host: h\nservers:\n  lobby:\n    address: localhost:25566\n    restricted: false\n  other:\n    address: 10.0.0.1:1\n  new:\n    address: a:1\nmotd: \'&1It\'\'s\'\nempty:\n  a:\n    b: 1\nflow: {a: 1, b: [x, y], c: { d: "on" }}\ntop:\n  - true\n',
    );
  });
  test('an empty file, texts that look like something else, block texts', () => {
    expect(
      edited('yaml', '', { 'a.b': 'x', n: '1.20', y: 'no', e: '', m: 'a\nb', big: '76561198000000001' }),
    ).toBe('a:\n  b: x\n"n": "1.20"\n"y": "no"\ne: ""\nm: "a\\nb"\nbig: "76561198000000001"\n');
    expect(edited('yaml', 'a: |\n  x\n  y\nb: 1', { a: 'z', c: 2 })).toBe('a: z\nb: 1\nc: 2\n');
    // An anchor, a tag or a question mark belongs to the key: what is new stands below it, not in its value.
    expect(edited('yaml', '&b x: \n', { a: 0 })).toBe('&b x: \na: 0\n');
    expect(edited('yaml', '!!str &b x: 1\ny: 2\n', { a: 0 })).toBe('!!str &b x: 1\ny: 2\na: 0\n');
    expect(edited('yaml', '- &b x: 1\n', { '[0].a': 0 })).toBe('- &b x: 1\n  a: 0\n');
    expect(edited('yaml', '&b x:\n', { 'x.a': 0 })).toBe('&b x:\n  a: 0\n');
    expect(edited('yaml', 'a: null\nb:\nc: "1"\n', { a: 'x', b: 5, c: 5 })).toBe('a: x\nb: 5\nc: 5\n');
  });
  test('references stay what they are', () => {
    const text = 'a: &x {b: 1}\nc: *x\n';
    const done = editConfig('yaml', text, replacements({ 'c.b': 2, c: 2, d: 1 }));
    expect([done.text, done.problems.length]).toEqual(['a: &x {b: 1}\nc: *x\nd: 1\n', 2]);
  });
});

describe('E5 xml', () => {
  const file =
    '<?xml version="1.0" encoding="utf-8" ?>\n<!-- <dedicated> -->\n<dedicated>\n\t<server_options>\n\t\t<name>Old &amp; <![CDATA[x]]></name>\n\t\t<password/>\n\t</server_options>\n\t<a id="1"><b/></a>\n</dedicated>\n';
  test('texts, empty elements, missing ones, attributes', () => {
    expect(
      edited('xml', file, {
        'dedicated.server_options.name': 'A & <B>',
        'dedicated.server_options.password': 'p',
        'dedicated.server_options.max': '32',
        'dedicated.a': "[id='2']",
        'dedicated.system.port.x': 1,
      }),
    ).toBe(
      '<?xml version="1.0" encoding="utf-8" ?>\n<!-- <dedicated> -->\n<dedicated>\n\t<server_options>\n\t\t<name>A &amp; &lt;B&gt;</name>\n\t\t<password>p</password>\n\t\t<max>32</max>\n\t</server_options>\n\t<a id="2"><b/></a>\n\t<system>\n\t  <port>\n\t    <x>1</x>\n\t  </port>\n\t</system>\n</dedicated>\n',
    );
  });
  test('any child, an empty file', () => {
    expect(edited('xml', '<r><a><v>1</v></a><b><v>1</v><v>2</v></b></r>', { 'r.*.v': 3 })).toBe(
      '<r><a><v>3</v></a><b><v>3</v><v>3</v></b></r>',
    );
    expect(edited('xml', '', { 'r.a': 'x' })).toBe('<r>\n  <a>x</a>\n</r>\n');
  });
});

describe('E5 toml', () => {
  test('tables, lists of tables, dotted keys, comments', () => {
    const file =
      '# top\ntitle = "x" # t\nlist = [\n  1,\n]\n[server]\nport = 1\n"my key" = \'a\'\nfancy.on = false\n[[group]]\nname = "a"\n[[group]]\nname = "b"\n';
    expect(
      edited('toml', file, {
        title: 'y',
        'server.port': '25565',
        'server.my key': 'b',
        'server.fancy.on': 'true',
        'group[1].name': 'c',
        'server.new': '5',
        'other.key': 'v',
        top: true,
      }),
    ).toBe(
      '# top\ntitle = "y" # t\nlist = [\n  1,\n]\ntop = true\n[server]\nport = 25565\n"my key" = "b"\nfancy.on = true\nnew = 5\n[[group]]\nname = "a"\n[[group]]\nname = "c"\n\n[other]\nkey = "v"\n',
    );
  });
});

describe('E5 whatever the file and the values', () => {
  const parsers: ConfigParser[] = ['file', 'properties', 'yaml', 'json', 'ini', 'xml', 'toml'];
  const words = fc.constantFrom(
    'a',
    'b',
    'key',
    'x y',
    '=',
    ': ',
    '#',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ',',
    '<a>',
    '</a>',
    '\\',
    '- ',
    '\n',
    '\r\n',
    '\t',
    '  ',
    '1',
    'true',
    'Ü',
    '🎮',
    '&',
    '*',
    '|',
  );
  const text = fc.array(words, { maxLength: 40 }).map((parts) => parts.join(''));
  const value = fc.oneof(
    fc.array(words, { maxLength: 5 }).map((parts) => parts.join('')),
    fc.integer(),
    fc.boolean(),
  );
  const match = fc.constantFrom('a', 'key', 'a.b', 'a[0].b', 'b.1', '*.a', 'a.*.key', '[a.b].c');

  test.each(parsers)('%s: twice is once, or it is not of that format', (parser) => {
    fc.assert(
      fc.property(text, fc.dictionary(match, value, { minKeys: 1, maxKeys: 1 }), (given, find) => {
        try {
          const once = editConfig(parser, given, replacements(find));
          const twice = editConfig(parser, once.text, replacements(find));
          if (once.changed.length === 0) expect(once.text === given || parser === 'json').toBe(true);
          expect(twice.text).toBe(once.text);
        } catch (error) {
          expect(error).toBeInstanceOf(TreeError);
        }
      }),
      { numRuns: rounds('configuration files', 150, 6000) },
    );
  });

  const lines = fc.array(fc.constantFrom('k=v', '# c', '', '  ', 'x = "y" ; z', '[s]', 'k2: 1'), {
    maxLength: 30,
  });
  test.each<ConfigParser>(['properties', 'ini', 'file'])('%s: other lines stay as they are', (parser) => {
    fc.assert(
      fc.property(lines, fc.constantFrom('\n', '\r\n'), (given, eol) => {
        const before = given.map((line) => line + eol);
        const { text: after } = editConfig(parser, before.join(''), replacements({ target: 'target=1' }));
        expect(after.split(/(?<=\n)/).filter((line) => !line.startsWith('target') && line !== '')).toEqual(
          before,
        );
      }),
    );
  });

  const n = 300_000;
  test.each<[ConfigParser, string]>([
    ['properties', `a=${'\\'.repeat(n)}`],
    ['properties', 'a=\\\n'.repeat(n / 3)],
    ['properties', `${' '.repeat(n)}x`],
    ['ini', `[${']'.repeat(n)}x`],
    ['ini', `a=${' '.repeat(n)}x`],
    ['ini', `a${' '.repeat(n)}x`],
    ['toml', `a = "${'\\"'.repeat(n / 2)}`],
    ['toml', `${'a.'.repeat(n / 2)} x`],
    ['toml', `[${' '.repeat(n)}x`],
    ['xml', '<a>'.repeat(n / 3)],
    ['xml', '<a b="'.repeat(n / 6)],
    ['xml', `<a${' '.repeat(n)}x`],
    ['xml', '<!--'.repeat(n / 4)],
    ['json', '['.repeat(n)],
    ['yaml', '{a: '.repeat(n / 4)],
    ['yaml', `a: &a [x]\n${'b: *a\n'.repeat(20_000)}`],
  ])('%s: hostile text %# takes no time', (parser, given) => {
    const taken = cpuMs(() => {
      try {
        editConfig(parser, given, replacements({ a: 'x', 'b.c': 1 }));
      } catch (error) {
        expect(error).toBeInstanceOf(TreeError);
      }
    });
    expect(taken).toBeLessThan(10_000);
  });
});
