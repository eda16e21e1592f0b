import { expect, test } from 'vitest';
import { eggText } from './an-egg.test-helper.ts';
import { compareEggs } from './compare-eggs.ts';
import { parseEgg } from './parse-egg.ts';

const variable = (key: string, more: object = {}) => ({
  ...{ name: key, env_variable: key, default_value: '1', rules: 'required' },
  ...more,
});
const script = (line: string): string => [...'abcdefghij', line, ...'klmnop'].join('\n');
const version = (fields: object) => parseEgg(eggText(fields)).egg;

const before = version({
  docker_images: { One: 'example/one:1', Old: 'example/old:1' },
  variables: [variable('A'), variable('GONE')],
  config: {
    files: JSON.stringify({ 'a.properties': { parser: 'properties', find: { port: '1', name: 'x' } } }),
    startup: '{"done": "ready"}',
    logs: '{}',
    stop: 'stop',
  },
  scripts: {
    installation: { script: script('curl one'), container: 'example/installer:1', entrypoint: 'bash' },
  },
});
const after = version({
  description: 'Other words.',
  docker_images: { One: 'example/one:2', New: 'example/new:1' },
  startup: 'run --better',
  variables: [variable('A', { default_value: '2' }), variable('B')],
  features: ['eula'],
  config: {
    files: JSON.stringify({ 'a.properties': { parser: 'properties', find: { port: '2', name: 'x' } } }),
    startup: '{"done": "up"}',
    logs: '{}',
    stop: '^C',
  },
  scripts: {
    installation: { script: script('curl two'), container: 'example/installer:2', entrypoint: 'bash' },
  },
});

test('E16 two versions are told part by part, in words and lines', () => {
  const changes = compareEggs(before, after);
  expect(changes.map(({ part, text }) => `${part}: ${text}`)).toEqual([
    'about: Its name, author or description is different',
    'images: The image “Old” is gone',
    'images: The image “One” is different',
    'images: The image “New” is new',
    'startup: The start command “Default” is different',
    'ready: What says that it is ready is different',
    'stop: It is stopped differently',
    'variables: The variable “GONE” is gone',
    'variables: The variable “A” is different',
    'variables: The variable “B” is new',
    'config_files: The configuration file “a.properties” is different',
    'install: Its install runs in something else',
    'install: Its install script is different',
    'other: What else it tells of itself is different',
  ]);
  const lines = (text: string) =>
    changes
      .find((one) => one.text === text)
      ?.lines.filter(({ kind }) => kind === 'added' || kind === 'removed');
  expect(lines('The image “One” is different')).toEqual([
    { kind: 'removed', text: 'example/one:1' },
    { kind: 'added', text: 'example/one:2' },
  ]);
  expect(lines('The variable “A” is different')).toEqual([
    { kind: 'removed', text: 'default: 1' },
    { kind: 'added', text: 'default: 2' },
  ]);
  expect(lines('The configuration file “a.properties” is different')).toEqual([
    { kind: 'removed', text: 'port = 1' },
    { kind: 'added', text: 'port = 2' },
  ]);
});

test('E16 of a long script the lines around a change are told, the others counted', () => {
  const change = compareEggs(before, after).find(({ text }) => text === 'Its install script is different');
  expect(change?.lines.map(({ text }) => text)).toEqual([
    '7 lines are the same',
    ...['h', 'i', 'j', 'curl one', 'curl two', 'k', 'l', 'm'],
    '3 lines are the same',
  ]);
});

test('E16 an egg and itself have no difference', () => {
  expect(compareEggs(after, after)).toEqual([]);
});
