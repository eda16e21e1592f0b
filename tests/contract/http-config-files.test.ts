import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfigFileSchema } from '../../shared/http/config-files.ts';
import { createWorld, type World } from './http-world.ts';

let world: World;
let volume = '';
let folder = '';
beforeEach(async () => {
  world = await createWorld();
  const made = (await world.call('POST', '/volumes')).json;
  volume = String(made.id);
  folder = String(made.path);
});
afterEach(() => world.close());

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
const text = (path: string): string => readFileSync(join(folder, path), 'utf8');
const list = () => world.call('GET', `/volumes/${volume}/config-files`);
const read = (path: string, parser: string) =>
  world.call('GET', `/volumes/${volume}/config-file?path=${encodeURIComponent(path)}&parser=${parser}`);
const change = (body: object) => world.call('PATCH', `/volumes/${volume}/config-file`, { body });
const properties = '#the game\n\n# Who greets\nmotd = Hello\nmax-players=20\r\nodd : key\n';

test('E12 files of settings are found, those at the top first; worlds and logs are passed over', async () => {
  put('server.properties', properties);
  put('config/a/deep.toml', 'a = 1');
  put('config/a/b/too-deep.toml', 'a = 1');
  put('world/level.json', '{}');
  put('logs/x.json', '{}');
  put('package.json', '{}');
  put('run.sh', '');
  put('config/main.yml', 'a: 1');
  expect((await list()).json).toEqual({
    files: [
      { path: 'server.properties', parser: 'properties', size: properties.length },
      { path: 'config/main.yml', parser: 'yaml', size: 4 },
      { path: 'config/a/deep.toml', parser: 'toml', size: 5 },
    ],
  });
});

test('E12 one is read and changed, and all else of it stays; who read it before is told', async () => {
  put('server.properties', properties);
  const first = readConfigFileSchema.parse((await read('server.properties', 'properties')).json);
  expect(first.settings).toEqual([
    { match: 'motd', value: 'Hello', kind: 'text', help: 'Who greets' },
    { match: 'max-players', value: '20', kind: 'number', help: '' },
    { match: 'odd', value: 'key', kind: 'text', help: '' },
  ]);
  const { path, parser, revision } = first;
  const changes = [
    { match: 'motd', value: 'Grüß Gott' },
    { match: 'max-players', value: '8' },
  ];
  const done = await change({ path, parser, revision, changes });
  expect(text(path)).toBe(
    '#the game\n\n# Who greets\nmotd = Gr\\u00FC\\u00DF Gott\nmax-players=8\r\nodd : key\n',
  );
  expect(readConfigFileSchema.parse(done.json)).toEqual(
    readConfigFileSchema.parse((await read(path, parser)).json),
  );
  const late = await change({ path, parser, revision, changes });
  expect([late.status, late.json]).toEqual([
    409,
    { error: 'server.properties has changed since it was read: look at what it says now, and set it again' },
  ]);
});

test.each([
  ['a setting that isn’t there', 'properties', [{ match: 'none', value: 'x' }], 'no setting none'],
  [
    'a value that would be others',
    'ini',
    [{ match: 'a', value: 'x\n[b]\nc=1' }],
    "can't be set to that here",
  ],
  ['nothing', 'ini', [], 'changes: '],
])('E12 %s is refused, and the file stays', async (_what, parser, changes, message) => {
  put('f', 'a=1\n');
  const { revision } = readConfigFileSchema.parse((await read('f', parser)).json);
  const reply = await change({ path: 'f', parser, revision, changes });
  expect([reply.status, reply.json]).toEqual([400, { error: expect.stringContaining(message) }]);
  expect(text('f')).toBe('a=1\n');
});

test.each([
  ['none', 'ini', 404, 'There is no file none'],
  ['../x', 'ini', 400, 'Invalid path'],
  ['broken', 'json', 400, "broken can't be read as json"],
  ['broken', 'lines', 400, 'parser: '],
])('E12 %s as %s: %i', async (path, parser, status, message) => {
  put('broken', '{"a": ');
  const reply = await read(path, parser);
  expect([reply.status, reply.json]).toEqual([status, { error: expect.stringContaining(message) }]);
});

test('E12 a volume of others is not there, and reading is not writing', async () => {
  put('f', 'a=1\n');
  const reader = world.token({ scopes: ['files.read'] });
  const body = { path: 'f', parser: 'ini', revision: '', changes: [{ match: 'a', value: '2' }] };
  expect((await world.call('PATCH', `/volumes/${volume}/config-file`, { body, token: reader })).status).toBe(
    403,
  );
  const other = world.token({ scopes: ['files.read'], containers: ['other'] });
  expect((await world.call('GET', `/volumes/${volume}/config-files`, { token: other })).status).toBe(404);
});

test('E12 a file of lines that a recipe sets is one of settings, whatever it is called', async () => {
  const lines = 'hostname "Old"\nport 1\nport_query 2\n';
  put('cfg/start.txt', lines);
  put('cfg/other.txt', lines);
  const config_files = [
    {
      path: 'cfg/start.txt',
      parser: 'file',
      create: false,
      find: [{ match: 'port ', value: 'port 9', when: [] }],
    },
  ];
  const body = {
    internal_id: 'one',
    image: 'debian:12',
    volume_id: volume,
    startup_command: 'x',
    config_files,
  };
  expect((await world.call('POST', '/containers', { body })).status).toBe(200);
  expect((await list()).json).toEqual({
    files: [{ path: 'cfg/start.txt', parser: 'file', size: lines.length }],
  });
  const { path, parser, revision } = readConfigFileSchema.parse((await read('cfg/start.txt', 'file')).json);
  const set = (value: string, match = 'hostname ') =>
    change({ path, parser, revision, changes: [{ match, value }] });
  expect((await set('a\nb')).status).toBe(400);
  expect((await set('1', 'host')).status).toBe(400);
  expect(text(path)).toBe(lines);
  expect((await set('"New"')).status).toBe(200);
  expect(text(path)).toBe(lines.replace('Old', 'New'));
});
