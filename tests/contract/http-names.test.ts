import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { trashName } from '../../main/files/user-path.ts';
import { createWorld, type World } from './http-world.ts';

const literal = 'Invalid path: path traversal detected';
let world: World;
let id: string;
/** The volume's folder. */
let root: string;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  const volume = (await world.call('POST', '/volumes')).json;
  id = String(volume.id);
  root = String(volume.path);
});

const post = (route: string, body: unknown) => world.call('POST', `/volumes/${id}/${route}`, { body });

describe('F10 A16 names that are no UTF-8', () => {
  const raw = (...names: (string | number[])[]): Buffer =>
    Buffer.concat([Buffer.from(root), ...names.flatMap((name) => [Buffer.from('/'), Buffer.from(name)])]);
  const latin = [0x63, 0x61, 0x66, 0xe9];
  const list = async (path: string): Promise<string[]> => {
    const reply = await world.call('GET', `/volumes/${id}/files?path=${encodeURIComponent(path)}`);
    return z
      .object({ files: z.array(z.object({ name: z.string() })) })
      .parse(reply.json)
      .files.map(({ name }) => name);
  };

  test('what is listed can be read, written, renamed, copied, downloaded and deleted', async () => {
    mkdirSync(raw(latin));
    writeFileSync(raw(latin, [0xff, 0x2e, 0x78]), 'text');
    expect(await list('')).toEqual(['caf\\xe9']);
    expect(await list('caf\\xe9')).toEqual(['\\xff.x']);
    const content = `/volumes/${id}/content?path=${encodeURIComponent('caf\\xe9/\\xff.x')}`;
    expect((await world.call('GET', content)).text).toBe('text');
    expect((await world.call('PUT', content, { body: 'more' })).status).toBe(200);
    expect(readFileSync(raw(latin, [0xff, 0x2e, 0x78]), 'utf8')).toBe('more');
    expect((await post('copy', { source: 'caf\\xe9', destination: 'copy' })).status).toBe(200);
    expect(await list('copy')).toEqual(['\\xff.x']);
    expect((await post('rename', { source: 'caf\\xe9/\\xff.x', destination: 'x' })).status).toBe(200);
    expect((await post('delete', { paths: ['caf\\xe9', 'copy', 'x'] })).status).toBe(200);
    expect(readdirSync(root)).toEqual([trashName]);
  });

  test('no two names are listed alike, and a name that looks spelled is another one', async () => {
    const names = [latin, 'caf\\xe9', 'café', 'caf\ufffd'];
    for (const name of names) writeFileSync(raw(name), JSON.stringify(name));
    const listed = await list('');
    expect(new Set(listed).size).toBe(names.length);
    for (const name of listed) expect((await post('delete', { paths: [name] })).status).toBe(200);
    expect(readdirSync(root)).toEqual([trashName]);
  });

  test('a backslash, and what looks like a drive: used where they are there, a backslash never made', async () => {
    for (const name of ['a\\b', 'c:x']) writeFileSync(raw(name), name);
    const listed = await list('');
    expect(listed).toEqual(['a\\x5cb', 'c\\x3ax']);
    expect((await post('rename', { source: 'a\\x5cb', destination: 'd\\x5ce' })).json).toEqual({
      error: literal,
    });
    expect((await post('files', { path: 'd\\x5ce', content: '' })).json).toEqual({ error: literal });
    expect((await post('folders', { path: 'd\\x5ce/f' })).json).toEqual({ error: literal });
    expect((await post('rename', { source: 'a\\x5cb', destination: 'plain' })).status).toBe(200);
    expect((await post('delete', { paths: ['plain', 'c\\x3ax'] })).status).toBe(200);
    expect(readdirSync(root)).toEqual([trashName]);
  });
});
