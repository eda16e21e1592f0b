import { expect, test } from 'vitest';
import { serverDefinition } from '../../tests/support/server-definition.ts';
import { withAcceptance } from '../eggs/accept-eula.ts';
import { eggText } from '../eggs/an-egg.test-helper.ts';
import { parseEgg } from '../eggs/parse-egg.ts';
import { planServer } from '../eggs/plan.ts';
import { moveServer } from './move-server.ts';

const variable = (key: string, default_value: string, rules = 'required') => ({
  ...{ name: `The ${key}`, env_variable: key, default_value, rules },
});
const files = (port: string) => ({
  files: JSON.stringify({ 'a.properties': { parser: 'properties', find: { port } } }),
  startup: '{"done": "ready"}',
  logs: '{}',
  stop: 'stop',
});
const egg = (fields: object) => parseEgg(eggText(fields)).egg;
const before = egg({
  variables: [variable('A', '1'), variable('GONE', 'x'), variable('SIZE', 'large')],
  config: files('1'),
});
const after = {
  sha256: 'b'.repeat(64),
  egg: egg({
    startup: 'run --new',
    variables: [variable('A', '5'), variable('NEW', 'n'), variable('SIZE', '1', 'integer')],
    config: files('2'),
    scripts: { installation: { script: 'echo new\n', container: 'example/installer:1', entrypoint: 'bash' } },
  }),
};
const planned = planServer(before, 'a'.repeat(64), { values: new Map([['A', '3']]), install: true }).server;
const server = serverDefinition('one', { ...planned, environment: { ...planned.environment, OWN: 'o' } });

test('E16 a server gets what the new version says, and keeps the values of its variables', () => {
  const { changes, notes, image } = moveServer(server, { before, after });
  expect(changes).toMatchObject({
    startup_command: 'run --new',
    config_files: [{ find: [{ match: 'port', value: '2' }] }],
    install_script: 'echo new\n',
    egg: { sha256: after.sha256 },
    environment: { A: '3', GONE: 'x', OWN: 'o', NEW: 'n', SIZE: 'large' },
  });
  expect(changes.variables?.map(({ key }) => key)).toEqual(['A', 'NEW', 'SIZE']);
  expect('stop' in changes || 'start_pattern' in changes || 'installer' in changes).toBe(false);
  expect(notes).toEqual([
    'The GONE isn’t asked for any more; its value stays among the variables',
    'The NEW is asked for now; it has its default',
    '“The SIZE” must be a whole number: set it before the next start',
    'The install script is another one: it runs when the server is installed again, not by itself',
  ]);
  expect(image).toBeNull();
});

test('E16 what somebody has changed of the server stays, and that is said', () => {
  const own = { ...server, startup_command: 'my own', install_script: null };
  const { changes, notes } = moveServer(own, { before, after });
  expect(changes).not.toHaveProperty('startup_command');
  expect(changes).not.toHaveProperty('install_script');
  expect(changes).toHaveProperty('config_files');
  for (const what of ['start command', 'install script'])
    expect(notes).toContain(
      `Its ${what} stays as it is, since somebody has changed it; the new version has another one`,
    );
});

test('E16 where the old version is forgotten, the new one decides, and that is said', () => {
  const { changes, notes } = moveServer({ ...server, startup_command: 'my own' }, { before: null, after });
  expect(changes.startup_command).toBe('run --new');
  expect(notes[0]).toBe('The version that it came from is no longer here, so all is as the new one says');
});

test('E16 of several start commands the one of the same name is taken', () => {
  const start = (mark: string) => ({ Plain: `run ${mark}`, Modded: `run --mods ${mark}` });
  const two = (mark: string) =>
    parseEgg(eggText({ startup: undefined, startup_commands: start(mark) }, 'PLCN_v3')).egg;
  const modded = serverDefinition('one', { ...planned, startup_command: 'run --mods 1' });
  const { changes } = moveServer(modded, {
    before: two('1'),
    after: { egg: two('2'), sha256: after.sha256 },
  });
  expect(changes.startup_command).toBe('run --mods 2');
});

test('E16 an image that the new version doesn’t have is told, and what to install instead', () => {
  const moved = moveServer(server, {
    before,
    after: { ...after, egg: egg({ docker_images: { Two: 'example/two:9' } }) },
  });
  expect(moved.image).toBe('example/two:9');
  expect(moved.changes).not.toHaveProperty('image');
  expect(moved.notes).toContain(
    'Its image example/one:1 is none of this version’s: install it again with example/two:9 when it suits you',
  );
});

test('E17 a licence that was accepted stays so, and is no change of the egg’s files', () => {
  const files = withAcceptance(server.config_files);
  const { changes } = moveServer({ ...server, config_files: files }, { before, after });
  expect(changes.config_files?.map(({ path }) => path)).toEqual(['a.properties', 'eula.txt']);
  const [own] = changes.config_files ?? [];
  expect(own?.find[0]?.value).toBe('2');
  const same = { egg: before, sha256: after.sha256 };
  expect(moveServer({ ...server, config_files: files }, { before, after: same }).changes).not.toHaveProperty(
    'config_files',
  );
});
