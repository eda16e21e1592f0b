import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formsOf, leftInEnglish, refusalsIn, sentencesIn } from './host-sentences.ts';
import { readSources } from './import-graph.ts';
import { everyNode, syntaxOf } from './syntax.ts';

const root = join(import.meta.dirname, '../..');
const sources = [...readSources(root, ['main', 'shared', 'client'])].filter(
  ([file]) => !/\.test(-helper)?\.ts$/.test(file),
);

/** What is refused here is told in a terminal and in the log, before there is a page. */
const beforeThePage = /^main\/(config|store)\/|^main\/daemon\/open-listeners\.ts$/;

/** Whose sentences are all for people: what is imported, what became of it, and what is different in it. */
const told = /^main\/(?:eggs|egg-versions|adoption|community)\/|^main\/servers\/adopted\//;

/** What looks like a sentence there and is none, or is said in the console or a file, which are English. */
const noSentences: Readonly<Record<string, readonly string[]>> = {
  'main/adoption/guess-game.ts': ['7 Days to Die'],
  'main/adoption/routes.ts': ['adopt folder'],
  // Lines of a difference: the page has its own words for these.
  'main/eggs/compare-eggs.ts': [
    'hidden or fixed',
    'parser: 7, only if it is there',
    ', only if it is there',
    '7 = 7, where it is 7',
    'not to be edited: 7',
    'newer versions: 7',
    'has a picture',
    'entry point: 7',
  ],
  'main/eggs/config-files.ts': [
    'Warning: 7 could not be set up for this start: 7',
    'set 7',
    'not set, since 7',
    '7 and 7 more',
  ],
  'main/eggs/export-egg.ts': ['Exported by Lightdeck'],
};

/** By file, what is still English of what it says. */
function english(said: (file: string, text: string) => string[], of: typeof sources): [string, string[]][] {
  return of.flatMap(([file, text]) => {
    const left = said(file, text).filter(
      (form) => !noSentences[file]?.includes(form) && leftInEnglish(form) !== '',
    );
    return left.length === 0 ? [] : [[file, [...new Set(left)]]];
  });
}

test('whatever the host refuses has its German', () => {
  const left = english(
    refusalsIn,
    sources.filter(([file]) => !beforeThePage.test(file)),
  );
  expect(left).toEqual([]);
});

test('what is told of eggs, compose files, docker run lines and folders has its German, also what is put in', () => {
  const left = english(
    sentencesIn,
    sources.filter(([file]) => told.test(file)),
  );
  expect(left).toEqual([]);
});

test('what counts as no sentence is there as it is named', () => {
  const found = new Map(
    sources.map(([file, text]) => [file, noSentences[file] ? sentencesIn(file, text) : []]),
  );
  const gone = Object.entries(noSentences).flatMap(([file, forms]) =>
    forms.filter((form) => !found.get(file)?.includes(form)).map((form) => `${file}: ${form}`),
  );
  expect(gone).toEqual([]);
});

test.each([
  ["'It runs'", ['It runs']],
  ["name + ' runs'", ['7 runs']],
  ["isOn ? 'It runs' : name + ' rests'", ['It runs', '7 rests']],
  [
    "(isOn ? 'It runs' : 'It rests') + (when && ' now')",
    ['It runs', 'It runs now', 'It rests', 'It rests now'],
  ],
  ["'It ' + quoted(name)", ['It “7”']],
])('%s says %j', (text, forms) => {
  const calls = [...everyNode(syntaxOf('planted.ts', `x(${text})`))].map(([node]) => node);
  const call = calls.find(({ type }) => type === 'CallExpression');
  expect(formsOf(Array.isArray(call?.arguments) ? call.arguments[0] : null)).toEqual(forms);
});

test.each([
  ['There is no server 7', ''],
  ['name: must be filled in', ''],
  ['There is no dragon 7', 'There is no dragon 7'],
  ['name: must have scales', 'must have scales'],
])('of “%s” “%s” is left in English', (said, left) => {
  expect(leftInEnglish(said)).toBe(left);
});
