import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { bareTexts } from './bare-texts.ts';
import { buildGraph, readSources } from './import-graph.ts';
import {
  argumentsOf,
  messageFiles,
  placeOf,
  problemsOfUse,
  readMessages,
  textFolders,
  textUse,
  translationProblem,
} from './texts.ts';
import { noTexts, notYetClean, notYetTranslated } from './texts-left.ts';

const root = join(import.meta.dirname, '../..');
const files = messageFiles(root);
const english = files.filter((file) => placeOf(file).language === 'en');
const sources = new Map(
  [...readSources(root, textFolders)].filter(([file]) => !/\.test(-helper)?\.tsx?$/.test(file)),
);
const inFolder = (file: string, folders: readonly string[]): boolean =>
  folders.some((folder) => file.startsWith(`${folder}/texts/`));

test('every text is a message, and stands in English and German with the same arguments', () => {
  expect(english.length).toBeGreaterThan(40);
  const problems = english.flatMap((file) => {
    const german = file.replace(/\.en\.json$/, '.de.json');
    if (!existsSync(join(root, german))) return [`${german} is missing`];
    const own = readMessages(root, file);
    const translated = readMessages(root, german);
    const missing = Object.keys(own).filter((key) => translated[key] === undefined);
    return [
      ...(inFolder(file, notYetTranslated) ? [] : missing.map((key) => `${german}: ${key} is missing`)),
      ...Object.entries(translated).flatMap(([key, text]) => {
        const said = own[key];
        const problem = said === undefined ? 'has no English text' : translationProblem(said, text, 'de');
        return problem === null ? [] : [`${german}: ${key} ${problem}`];
      }),
      ...Object.entries(own).flatMap(([key, text]) => {
        const problem = translationProblem(text, text, 'en');
        return problem === null ? [] : [`${file}: ${key} ${problem}`];
      }),
    ];
  });
  expect(problems).toEqual([]);
});

test('folders whose German is whole are on no list of what is left', () => {
  const whole = notYetTranslated.filter((folder) =>
    english
      .filter((file) => inFolder(file, [folder]))
      .every((file) => {
        const translated = readMessages(root, file.replace(/\.en\.json$/, '.de.json'));
        return Object.keys(readMessages(root, file)).every((key) => translated[key] !== undefined);
      }),
  );
  expect(whole).toEqual([]);
});

test('each use of a text gives what the text has, each text is used, by the file that is named after it', () => {
  const used = new Map<string, string>();
  const problems = [...sources].flatMap(([file, text]) => {
    const use = textUse(file, text);
    if (!use) return [];
    const path = posix.join(posix.dirname(file), use.english);
    if (!english.includes(path)) return [`${file}: its texts should stand in texts/NAME.en.json`];
    if (used.has(path)) return [`${file}: ${path} is the file of ${used.get(path)}`];
    used.set(path, file);
    const { room } = placeOf(path);
    return [
      ...(use.room === room ? [] : [`${file}: its texts are those of ${room}`]),
      ...problemsOfUse(file, use, readMessages(root, path)),
    ];
  });
  expect(problems).toEqual([]);
  expect(english.filter((file) => !used.has(file))).toEqual([]);
});

test('no text stands in a component: all of them can be translated', () => {
  const page = [...sources].filter(([file]) => file.startsWith('renderer/'));
  const bare = new Map(
    page.flatMap(([file, text]) => {
      const found = bareTexts(file, text).filter((said) => !noTexts[file]?.includes(said));
      return found.length === 0 ? [] : [[file, found]];
    }),
  );
  expect([...bare].filter(([file]) => !notYetClean.includes(file))).toEqual([]);
  expect(
    notYetClean.filter((file) => !bare.has(file)),
    'clean, and so to be taken off the list',
  ).toEqual([]);
});

test('what counts as no text is there as it is named', () => {
  const gone = Object.entries(noTexts).flatMap(([file, texts]) => {
    const found = bareTexts(file, sources.get(file) ?? '');
    return texts.filter((text) => !found.includes(text)).map((text) => `${file}: ${text}`);
  });
  expect(gone).toEqual([]);
});

test.each([
  ['<p>Two words</p>', 'Two words'],
  ['<p>Word</p>', 'Word'],
  ['<Button aria-label="Close" />', 'Close'],
  ["<Field label={isNew ? 'Make' : strings.save} />", 'Make'],
  [`<Field label={\`Remove \${name}\`} />`, 'Remove 1'],
  ["<p>{count === 1 ? 'entry' : strings.entries}</p>", 'entry'],
  ["<p>{isOn ? 'it is on' : strings.off}</p>", 'it is on'],
  ['<Copy what="address" />', 'address'],
  ["toast({ message: 'Saved' })", 'Saved'],
  ["const names = { watch: 'Watch' };", 'Watch'],
  ["fail('The host is away.');", 'The host is away.'],
  [`const at = \`\${place} is back\`;`, '1 is back'],
  ['<p className="row is-on" style={{ border: "1px solid" }}>{strings.a}</p>', null],
  ["<p className={isOn ? 'row is on' : 'row'} />", null],
  ["if (key === 'Enter') open('a-file.ts');", null],
  ["import a from './a b.ts';", null],
])('in %s the text %s is found', (text, found) => {
  expect(bareTexts('planted.tsx', text)).toEqual(found === null ? [] : [found]);
});

test.each([
  ['{name} is back', '{name} ist zurück', null],
  ['{name} is back', 'Zurück', 'lacks {name}'],
  ['Back', '{name} ist zurück', 'has {name}'],
  ['{name} is back', '{name', 'is no message'],
  ['{count, plural, one {a} other {{count}}}', '{count} Dateien', null],
  ['{count} removed', '{count, plural, one {Eine} other {{count}}} entfernt', null],
  ['{size} free', '{size, number} frei', 'as number'],
])('"%s" as "%s": %s', (text, translated, problem) => {
  const found = translationProblem(text, translated, 'de');
  if (problem === null) expect(found).toBeNull();
  else expect(found).toContain(problem);
});

test.each([
  ["t('gone')", 'names no text'],
  ["t('of')", 'its text has name'],
  ["t('of', { name, size })", 'its text has name'],
  ['t(key, { name })', "can't be read"],
  ["t(isOne ? 'one' : 'of', { name })", 'its text has none'],
])('the use %s is a problem', (call, problem) => {
  const text = `import en from './texts/a.en.json';\nconst t = textsOf('a', en);\n${call};`;
  const use = textUse('renderer/a.ts', text);
  if (!use) throw new Error('the use was not found');
  expect(problemsOfUse('renderer/a.ts', use, { of: 'of {name}', one: 'one' }).join()).toContain(problem);
});

test('a text that nothing uses is found', () => {
  const text = "import en from './texts/a.en.json';\nconst t = textsOf('a', en);\nt('one');";
  const use = textUse('renderer/a.ts', text);
  expect(use && problemsOfUse('renderer/a.ts', use, { one: 'one', idle: 'idle' })).toEqual([
    'renderer/a.ts: nothing uses the text idle',
  ]);
});

test('arguments are read also in branches', () => {
  expect([...argumentsOf('{a} {b, plural, one {{c}} other {{d, number} <b>x</b>}}').keys()]).toEqual([
    'a',
    'b',
    'c',
    'd',
  ]);
});

test('what the host says stands in its source as its translation has it, with the same arguments', () => {
  const games = join(root, 'shared/templates/games');
  const templates = readdirSync(games).map((name) => readFileSync(join(games, name), 'utf8'));
  // What schemas say without words of ours.
  const zod = readFileSync(join(root, 'node_modules/zod/v4/locales/en.js'), 'utf8');
  const told = [...readSources(root, ['shared', 'main', 'client']).values(), ...templates, zod].join('\n');
  const german = readMessages(root, 'shared/texts/host.de.json');
  const problems = Object.entries(german).flatMap(([key, text]) => {
    const problem = translationProblem(key, text, 'de');
    // What is quoted (“{name}”) gets its marks elsewhere.
    const gone = key.split(/\{\w+\}|[“”]/).filter((part) => /\p{L}/u.test(part) && !told.includes(part));
    return [
      ...(problem === null ? [] : [`${key}: ${problem}`]),
      ...gone.map((part) => `${key}: nothing says “${part}”`),
    ];
  });
  expect(problems).toEqual([]);
});

test('one place alone makes texts of messages', () => {
  const graph = buildGraph(readSources(root, ['renderer', 'main', 'shared', 'client']));
  const users = [...graph.values()].flat().filter(({ target }) => target === 'intl-messageformat');
  expect(users.map(({ from }) => from)).toEqual(['shared/texts/messages.ts']);
});
