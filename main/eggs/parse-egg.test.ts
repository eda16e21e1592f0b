import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { eggSchema } from '../../shared/model/egg.ts';
import { cpuMs } from '../../tests/support/cpu-time.ts';
import { anEgg, eggText } from './an-egg.test-helper.ts';
import { maxEggText, parseEgg } from './parse-egg.ts';

const read = (fields: object, version?: string) => parseEgg(eggText(fields, version));
const kinds = (fields: object, version?: string) => read(fields, version).notes.map(({ kind }) => kind);
const refusal = (text: string): string => {
  try {
    parseEgg(text);
  } catch (error) {
    if (error instanceof LightdeckError && error.code === 'invalid') return error.message;
    throw error;
  }
  return 'it was taken';
};

test('E2: an egg with nothing odd has no notes', () => {
  expect(read({}).notes).toEqual([]);
});

describe('E2: what the formats write differently', () => {
  test.each<[string, object, object[]]>([
    [
      'PTDL_v1',
      { docker_images: undefined, image: 'a/b:1' },
      [{ name: 'b:1', image: 'a/b:1', local: false }],
    ],
    [
      'PTDL_v1',
      { docker_images: undefined, images: ['a:1', ' b:2'] },
      [
        { name: 'a:1', image: 'a:1', local: false },
        { name: 'b:2', image: 'b:2', local: false },
      ],
    ],
    ['PTDL_v2', { docker_images: ['x/y'] }, [{ name: 'y', image: 'x/y', local: false }]],
    ['PLCN_v1', { docker_images: { Mine: '~mine:1' } }, [{ name: 'Mine', image: 'mine:1', local: true }]],
    [
      'PLCN_v2',
      { image: 'data:image/png;base64,AAAA', docker_images: { A: 'a' } },
      [{ name: 'A', image: 'a', local: false }],
    ],
  ])('%s: images %j', (version, fields, images) => {
    expect(read(fields, version).egg.images).toEqual(images);
  });

  test('several start commands, whatever they are called', () => {
    const { egg } = read(
      { startup: undefined, startup_commands: { Proton: 'p', Native: ' n\r\n' } },
      'PLCN_v3',
    );
    expect(egg.startup).toEqual([
      { name: 'Proton', command: 'p' },
      { name: 'Native', command: 'n' },
    ]);
  });

  test('YAML in numbers, booleans and empty maps', () => {
    const { egg, notes } = parseEgg(
      'meta: {version: PLCN_v3}\nname: Ü\ndocker_images: {A: a}\nfeatures: {  }\nstartup_commands: {Default: x}\nconfig: {files: {c.yml: {parser: yml, find: {a: 1, b: true, y: 76561198000000001, "n": "1"}}}, startup: {done: x}, logs: {  }, stop: ^C}\nscripts: {installation: {script: x, container: a, entrypoint: bash}}\nvariables:\n  - {name: V, env_variable: V, default_value: 1.20, rules: [required, "in:1.20,2"]}\n  - {name: W, env_variable: W, default_value: true, rules: {}}\n',
    );
    expect(notes).toEqual([]);
    expect(egg.config_files[0]).toEqual({
      path: 'c.yml',
      parser: 'yaml',
      create: true,
      find: [
        { match: 'a', value: 1, when: [] },
        { match: 'b', value: true, when: [] },
        { match: 'y', value: '76561198000000001', when: [] },
        { match: 'n', value: '1', when: [] },
      ],
    });
    expect(egg.variables.map((variable) => variable.default)).toEqual(['1.20', 'true']);
  });

  test('a byte order mark, comments, blanks in front', () => {
    expect(parseEgg(`\uFEFF\n  ${eggText({})}\n`).egg.name).toBe('Test');
  });
});

describe('E2: how it is stopped', () => {
  test.each<[string, object, number]>([
    ['stop', { kind: 'command', command: 'stop' }, 0],
    ['c_shutdown(); exit', { kind: 'command', command: 'c_shutdown(); exit' }, 0],
    ['^C', { kind: 'signal', signal: 'SIGINT', timeout: 30 }, 0],
    ['^c', { kind: 'signal', signal: 'SIGINT', timeout: 30 }, 0],
    ['^^C', { kind: 'signal', signal: 'SIGINT', timeout: 10 }, 1],
    ['^SIGTERM', { kind: 'signal', signal: 'SIGTERM', timeout: 30 }, 0],
    ['^SIGKILL', { kind: 'signal', signal: 'SIGKILL', timeout: 1 }, 0],
    ['^X', { kind: 'signal', signal: 'SIGINT', timeout: 30 }, 1],
    ['', { kind: 'signal', signal: 'SIGTERM', timeout: 30 }, 1],
  ])('%s', (stop, expected, notes) => {
    const found = read({ config: { ...anEgg.config, stop } });
    expect([found.egg.stop, found.notes.length]).toEqual([expected, notes]);
  });
});

describe('E2: nothing is left out silently', () => {
  const variable = { name: 'V', env_variable: 'V', default_value: '', rules: '' };
  test.each<[string, object, string[]]>([
    ['a field nobody knows', { surprise: 1, empty: null }, ['unknown field']],
    ['no start command', { startup: null }, ['no start command']],
    ['an image that can be none', { docker_images: { A: '-x', B: 'b' } }, ['image name']],
    ['blanks around an image', { docker_images: { A: ' a ' } }, ['blanks']],
    ['a picture from elsewhere', { icon: 'https://example.org/x.png' }, ['icon']],
    ['a picture that is a page', { icon: 'data:text/html;base64,AAAA' }, ['icon']],
    [
      'an address that is none',
      { meta: { version: 'PTDL_v2', update_url: 'http://x/y' } },
      ['update address'],
    ],
    ['a feature', { features: ['warp'] }, ['feature']],
    ['a rule', { variables: [{ ...variable, rules: 'exists:x' }] }, ['rule']],
    ['a variable without a name', { variables: [{ name: 'V' }] }, ['variable name']],
    [
      'a variable of the host’s',
      { variables: [{ ...variable, env_variable: 'SERVER_PORT' }] },
      ['variable of the host'],
    ],
    ['a variable twice', { variables: [variable, variable] }, ['variable twice']],
    ['required without a default', { variables: [{ ...variable, rules: 'required' }] }, ['to be filled in']],
    [
      'a default outside',
      { variables: [{ ...variable, default_value: 'c', rules: 'in:a,b' }] },
      ['default no option'],
    ],
    [
      'a default against its own rules',
      { variables: [{ ...variable, default_value: 'x', rules: 'integer' }] },
      ['default'],
    ],
    ['no done text', { config: { ...anEgg.config, startup: '{}' } }, ['no done text']],
    ['text that is no JSON', { config: { ...anEgg.config, files: '{"a' } }, ['not JSON']],
    ['no install', { scripts: {} }, ['no install']],
    [
      'line ends',
      { scripts: { installation: { ...anEgg.scripts.installation, script: 'a\r\nb' } } },
      ['line ends'],
    ],
    ['what it says of logs', { config: { ...anEgg.config, logs: '{"custom": true}' } }, ['logs']],
  ])('%s', (_what, fields, expected) => expect(kinds(fields)).toEqual(expected));

  const file = (path: string, said: unknown) => ({ config: { ...anEgg.config, files: { [path]: said } } });
  test.each<[string, object, string[]]>([
    ['a path out of the folder', file('a/../../b', { parser: 'ini', find: { a: 1 } }), ['config file']],
    ['a parser', file('b', { parser: 'hocon', find: { a: 1 } }), ['config file']],
    ['nothing to change', file('b', { parser: 'ini' }), ['config file']],
    ['no map', file('b', 'x'), ['config file']],
    ['cases in a file of lines', file('b', { parser: 'file', find: { a: { b: 'c' } } }), ['config place']],
    ['a list as a value', file('b', { parser: 'json', find: { a: [1] } }), ['config place']],
    [
      'an expression of cases',
      file('b', { parser: 'json', find: { a: { 'regex:(': 'c', d: 'e' } } }),
      ['config case'],
    ],
    [
      'a placeholder that is none',
      file('b', { parser: 'ini', find: { a: '{{QUERY_PORT}}' } }),
      ['placeholder'],
    ],
  ])('a configuration file: %s', (_what, fields, expected) => expect(kinds(fields)).toEqual(expected));

  test('notes have an end, too', () => {
    const { notes } = read(Object.fromEntries(Array.from({ length: 1000 }, (_, no) => [`field${no}`, 1])));
    expect(notes).toHaveLength(201);
    expect(notes.at(-1)?.text).toBe('There are 800 more notes like these.');
  });

  test('a note is one line, short, and turns nothing around', () => {
    const { notes } = read({ [`a\n\u202e\u001b[2J${'x'.repeat(500)}`]: 1 });
    expect(notes[0]?.text).toMatch(/^“a \[2Jx{70,80}…” is not known and was left out\.$/u);
  });
});

describe('E4: what is no egg is refused with the reason', () => {
  test.each<[string, RegExp]>([
    ['', /no egg/],
    ['hello', /no egg/],
    ['[]', /no egg/],
    ['{"meta": {"version": "PTDL_v9"}}', /the format “PTDL_v9” is not known here; known are PTDL_v1/],
    ['{"meta": {}}', /does not say of which format/],
    ['{"meta": ', /it is no JSON: .*\(line 1, column \d+\)/],
    ['a: b: c', /it is no YAML: .*line 1/],
    ['a: *b', /it is no YAML/],
    ['a: &x 1\nb: *x', /it refers to another part of itself \(an alias\)/],
    ['? [a]\n: b', /a name is no text/],
    ['x'.repeat(maxEggText + 1), /more than 2 MiB/],
    [eggText({ docker_images: {} }), /names no image/],
    [eggText({ scripts: { installation: { script: 'x'.repeat(300_000) } } }), /longer than 262144/],
  ])('%#', (text, expected) => expect(refusal(text)).toMatch(expected));
});

describe('E4: hostile eggs', () => {
  test('keys that mean something to JavaScript mean nothing', () => {
    const text = eggText({}).replace(
      '{',
      '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}},',
    );
    const { egg, notes } = parseEgg(text);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(egg.name).toBe('Test');
    expect(notes.map(({ kind }) => kind)).toEqual(['unknown field', 'unknown field']);
    const files = parseEgg(
      eggText({
        config: { ...anEgg.config, files: '{"__proto__": {"parser": "ini", "find": {"__proto__": "x"}}}' },
      }),
    );
    expect(files.egg.config_files[0]?.find[0]?.match).toBe('__proto__');
  });

  const bomb = `meta: {version: PLCN_v3}\na: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghijk'].map((name, at) => `${name}: &${name} [${`*${'abcdefghij'[at]},`.repeat(9)}]`).join('\n')}\ndocker_images: *k\n`;
  test.each<[string, string]>([
    ['aliases that stand for billions', bomb],
    ['a deep list in JSON', `{"a": ${'['.repeat(200_000)}`],
    ['a deep map in YAML', '{a: '.repeat(100_000)],
    ['deep lists of dashes', '- '.repeat(100_000)],
    ['many values', `[${'1,'.repeat(400_000)}1]`],
    ['many lines', 'a:\n'.repeat(300_000)],
    [
      'deep within the text of a field',
      eggText({
        config: { files: '['.repeat(100_000), startup: '{"done": "x"}', stop: 'x' },
        docker_images: {},
      }),
    ],
    ['escapes without an end', `{"a": "${'\\n'.repeat(500_000)}`],
  ])('%s: refused, and soon', (_what, text) => {
    const taken = cpuMs(() => expect(refusal(text)).toMatch(/^This egg can't be imported: /));
    expect(taken).toBeLessThan(20_000);
  });

  test('whatever a field holds, an egg is a model or a refusal', () => {
    const fields = [
      'meta',
      'name',
      'docker_images',
      'startup',
      'startup_commands',
      'config',
      'scripts',
      'variables',
      'features',
      'icon',
      'file_denylist',
      'tags',
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 4 }), (field, value) => {
        const text = JSON.stringify({ ...anEgg, [field]: value });
        try {
          const { egg } = parseEgg(text);
          expect(eggSchema.parse(egg)).toEqual(egg);
        } catch (error) {
          expect(error).toBeInstanceOf(LightdeckError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
