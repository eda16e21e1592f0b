import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { archiveFormats, listArchive } from '../../shared/http/archives.ts';
import { createWorld, type Reply, type World } from './http-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const volumeReply = z.object({ id: z.string(), path: z.string() });
let volume: z.infer<typeof volumeReply>;
beforeEach(async () => {
  volume = volumeReply.parse((await world.call('POST', '/volumes')).json);
  writeFileSync(join(volume.path, 'a.txt'), 'text');
  mkdirSync(join(volume.path, 'world'));
  writeFileSync(join(volume.path, 'world/level.dat'), 'level');
  symlinkSync('/etc', join(volume.path, 'etc'));
});

const compress = (body: unknown, id = volume.id): Promise<Reply> =>
  world.call('POST', `/volumes/${id}/compress`, { body });
const decompress = (body: unknown, id = volume.id): Promise<Reply> =>
  world.call('POST', `/volumes/${id}/decompress`, { body });

describe.each(archiveFormats)('A9 %s', (format) => {
  test('as Lightd documents it', async () => {
    const packed = await compress({ format, output_name: 'backup' });
    expect([packed.status, packed.json]).toEqual([
      200,
      {
        message: 'Compression successful',
        archive_path: `backup.${format}`,
        size: expect.any(Number),
        files: 2,
        folders: 1,
        links: 0,
        skipped_links: 1,
        skipped_others: 0,
        changed: 0,
        clamped_times: 0,
      },
    ]);
    const unpacked = await decompress({ archive_path: `backup.${format}`, destination: 'restored/here' });
    expect([unpacked.status, unpacked.json]).toEqual([
      200,
      {
        message: 'Decompression successful',
        destination: 'restored/here',
        files: 2,
        folders: 1,
        links: 0,
        skipped_links: 0,
        skipped_others: 0,
      },
    ]);
    expect(readdirSync(join(volume.path, 'restored/here')).sort()).toEqual(['a.txt', 'world']);
  });
});

test('ours: a folder, and some paths of it', async () => {
  const reply = await compress({ format: 'tar', output_name: 'w', path: 'world', paths: ['level.dat'] });
  expect(reply.json).toMatchObject({ archive_path: 'world/w.tar', files: 1 });
});

test('A28 what is in an archive is listed without unpacking it, for whoever may read', async () => {
  await compress({ format: 'tar.gz', output_name: 'w' });
  const list = (path: string) => world.call('GET', `/volumes/${volume.id}/archive?path=${path}`);
  const { json } = await list('w.tar.gz');
  const names = listArchive.reply.parse(json).entries.map(({ name, kind, size }) => [name, kind, size]);
  expect(names.sort()).toEqual([
    ['a.txt', 'file', 4],
    ['world/', 'directory', 0],
    ['world/level.dat', 'file', 5],
  ]);
  expect(readdirSync(volume.path).sort()).toEqual(['a.txt', 'etc', 'w.tar.gz', 'world']);
  expect((await list('a.txt')).status).toBe(400);
  expect((await list('none.zip')).status).toBe(404);
  expect((await list('../w.tar.gz')).status).toBe(400);
  expect((await list('world')).status).toBe(400);
});

test('A27 several entries are downloaded as one archive that the volume has no room to lose for', async () => {
  const link = (body: object) =>
    world.call('POST', '/downloads', { body: { volume_id: volume.id, ...body } });
  const made = await link({ path: '', paths: ['a.txt', 'world'], format: 'tar' });
  const url = z.object({ url: z.string() }).parse(made.json).url;
  const sent = await world.call('GET', url);
  expect(sent.headers['content-disposition']).toContain('files.tar');
  // Entries of a tar are named in its text.
  expect(['a.txt', 'world/', 'world/level.dat'].every((name) => sent.text.includes(name))).toBe(true);
  expect(readdirSync(volume.path).sort()).toEqual(['a.txt', 'etc', 'world']);
  expect((await world.call('GET', url)).status).toBe(404);
  expect((await link({ path: '', paths: ['a.txt', 'gone'] })).status).toBe(404);
  expect((await link({ path: '', paths: ['../x'] })).status).toBe(400);
  expect((await link({ path: 'world' })).json).toMatchObject({
    error: expect.stringContaining('is a folder'),
  });
});

const traversal = 'Invalid path: path traversal detected';
const good = { format: 'zip', output_name: 'x' };

test.each([
  ['no body', undefined, 400, 'the body is missing'],
  ['no format', { output_name: 'x' }, 400, 'format: Invalid'],
  ['no name', { format: 'zip' }, 400, 'output_name: is required'],
  ['an unknown format', { ...good, format: 'rar' }, 400, 'format: Invalid'],
  ['a format of the wrong type', { ...good, format: 1 }, 400, 'format: Invalid'],
  ['a name of the wrong type', { ...good, output_name: 1 }, 400, 'output_name: Invalid'],
  ['an empty name', { ...good, output_name: '' }, 400, 'output_name: '],
  ['a name that is none', { ...good, output_name: '.' }, 400, 'output_name: '],
  ['a name that is too long', { ...good, output_name: 'x'.repeat(5000) }, 400, 'output_name: '],
  ['no paths', { ...good, paths: [] }, 400, 'paths: '],
  ['an unknown field', { ...good, level: 9 }, 400, 'unknown field: level'],
  ['a name that leads out', { ...good, output_name: '../x' }, 400, traversal],
  ['an absolute name', { ...good, output_name: '/x' }, 400, traversal],
  ['a folder that leads out', { ...good, path: '..' }, 400, traversal],
  ['a folder behind a link', { ...good, path: 'etc' }, 400, traversal],
  ['a path that leads out', { ...good, paths: ['a.txt', '../x'] }, 400, traversal],
  ['a folder that is none', { ...good, path: 'a.txt' }, 400, 'path: "a.txt" is no folder'],
  ['a folder that is not there', { ...good, path: 'none' }, 404, '"none" is not there'],
  ['a path that is not there', { ...good, paths: ['none'] }, 404, '"none" is not there'],
  ['a name that a folder has', { ...good, output_name: 'taken' }, 409, '"taken.zip" is a folder'],
])('compress: %s', async (_what, body, status, words) => {
  mkdirSync(join(volume.path, 'taken.zip'));
  const before = readdirSync(volume.path);
  const reply = await compress(body);
  expect([reply.status, reply.json]).toEqual([status, { error: expect.stringContaining(words) }]);
  expect(readdirSync(volume.path)).toEqual(before);
});

test.each([
  ['no body', undefined, 400, 'the body is missing'],
  ['no archive', { destination: 'to' }, 400, 'archive_path: is required'],
  ['no destination', { archive_path: 'in' }, 400, 'destination: is required'],
  ['an archive of the wrong type', { archive_path: 7, destination: 'to' }, 400, 'archive_path: Invalid'],
  ['a destination of the wrong type', { archive_path: 'in', destination: [] }, 400, 'destination: Invalid'],
  ['an unknown field', { archive_path: 'in', destination: 'to', force: true }, 400, 'unknown field: force'],
  ['an archive outside', { archive_path: '../in', destination: 'to' }, 400, traversal],
  ['an absolute archive', { archive_path: '/in', destination: 'to' }, 400, traversal],
  ['an archive behind a link', { archive_path: 'etc/passwd', destination: 'to' }, 400, traversal],
  ['a destination outside', { archive_path: 'in.tar', destination: '../to' }, 400, traversal],
  ['a destination behind a link', { archive_path: 'in.tar', destination: 'etc/to' }, 400, traversal],
  ['what is no archive', { archive_path: 'a.txt', destination: 'to' }, 400, 'The file is no archive'],
  ['what is not there', { archive_path: 'none.zip', destination: 'to' }, 404, '"none.zip" is not there'],
  ['a destination that is a file', { archive_path: 'in.tar', destination: 'a.txt' }, 409, 'exists already'],
])('decompress: %s', async (_what, body, status, words) => {
  writeFileSync(join(volume.path, 'in.tar'), Buffer.alloc(1024));
  const reply = await decompress(body);
  expect([reply.status, reply.json]).toEqual([status, { error: expect.stringContaining(words) }]);
  expect(existsSync(join(volume.path, 'to'))).toBe(false);
});

test('an unknown volume, and one that the token may not see, are told in the same words', async () => {
  const bound = world.token({ containers: ['other'] });
  for (const [action, body] of [
    ['compress', good],
    ['decompress', { archive_path: 'in', destination: 'to' }],
  ] as const) {
    const unknown = await world.call('POST', `/volumes/none/${action}`, { body });
    const hidden = await world.call('POST', `/volumes/${volume.id}/${action}`, { body, token: bound });
    for (const reply of [unknown, hidden])
      expect([reply.status, reply.json]).toEqual([404, { error: 'Volume not found' }]);
  }
});

test('A9 a second archive of the same volume: 409', async () => {
  writeFileSync(join(volume.path, 'big'), Buffer.alloc(30_000_000));
  const [first, second] = await Promise.all([
    compress({ format: 'tar.gz', output_name: 'one' }),
    compress({ format: 'tar.gz', output_name: 'two' }),
  ]);
  expect([first.status, second.status].sort()).toEqual([200, 409]);
  expect([first, second].find(({ status }) => status === 409)?.json.error).toContain('try again later');
});

test('X5 the end is told to the servers of the volume', async () => {
  world.servers.told.length = 0;
  await compress({ format: 'tar', output_name: 'x' });
  expect(world.servers.told.at(-1)).toEqual({
    volumeId: volume.id,
    progress: { phase: 'archive', current: 9, total: 9, text: 'Packing x' },
  });
});
