import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Room } from '../../main/files/contract.ts';
import { outOfSpace } from '../../main/files/file-errors.ts';
import { listTrash } from '../../shared/http/trash.ts';
import { operationSchema } from '../../shared/model/operation.ts';
import { until } from '../support/until.ts';
import { createWorld, startTime, type World } from './http-world.ts';

let world: World;
let id: string;
/** The volume's folder. */
let root: string;
/** Bytes that fit into each volume. */
const room: Room & { taken: number; bound: number } = {
  taken: 0,
  bound: Number.POSITIVE_INFINITY,
  take(more) {
    if (this.taken + more > this.bound) throw outOfSpace();
    this.taken += more;
  },
  left() {
    return this.bound - this.taken;
  },
};

beforeAll(async () => {
  world = await createWorld({ room });
});
afterAll(() => world.close());
beforeEach(async () => {
  world.time = startTime;
  room.bound = Number.POSITIVE_INFINITY;
  room.taken = 0;
  const volume = (await world.call('POST', '/volumes')).json;
  id = String(volume.id);
  root = String(volume.path);
});

const post = (route: string, body: unknown, token?: string) =>
  world.call('POST', `/volumes/${id}/${route}`, { body, ...(token ? { token } : {}) });
const write = (path: string, content: string) => post('files', { path, content });
const list = async (query = '') =>
  listTrash.reply.parse((await world.call('GET', `/volumes/${id}/trash${query}`)).json);
const ids = async () => (await list()).entries.map((entry) => entry.id);
const names = () => readdirSync(root).filter((name) => !name.startsWith('.lightdeck'));

describe('A24 what is deleted can be had back', () => {
  test('one and many paths, told by the reply, who and when', async () => {
    await write('world/level.dat', 'level');
    await write('a.txt', 'a');
    const token = world.token({ label: 'admin' });
    const reply = await post('delete', { paths: ['world', 'a.txt'] }, token);
    expect(reply.json).toMatchObject({ deleted_count: 2, trash: [{ path: 'world' }, { path: 'a.txt' }] });
    expect(names()).toEqual([]);
    const { entries, count, size, keep_days } = await list();
    expect({ count, keep_days }).toEqual({ count: 2, keep_days: 7 });
    expect(size).toBeGreaterThan(0);
    const seconds = startTime / 1000;
    expect(entries.find(({ path }) => path === 'world')).toMatchObject({
      type: 'directory',
      deleted_at: seconds,
      expires_at: seconds + 7 * 24 * 3600,
      by: 'admin',
      cause: 'deleted',
    });
    const restored = await post('trash/restore', { ids: await ids() });
    expect(restored.json).toMatchObject({ problems: [] });
    expect(readFileSync(join(root, 'world/level.dat'), 'utf8')).toBe('level');
    expect((await list()).count).toBe(0);
  });

  test('what is written over by text, upload, packing and unpacking', async () => {
    await write('f', 'one');
    await write('f', 'two');
    await world.call('PUT', `/volumes/${id}/content?path=f`, { body: 'three', type: 'text/plain' });
    await post('compress', { format: 'zip', output_name: 'out', paths: ['f'] });
    await post('compress', { format: 'zip', output_name: 'out', paths: ['f'] });
    await write('f', 'four');
    await post('decompress', { archive_path: 'out.zip', destination: '' });
    expect(readFileSync(join(root, 'f'), 'utf8')).toBe('three');
    const { entries } = await list();
    expect(entries.map(({ path }) => path).sort()).toEqual(['f', 'f', 'f', 'f', 'out.zip']);
    expect(entries.every(({ cause }) => cause === 'replaced')).toBe(true);
  });

  test('a place that is taken: 409, or another name by choice; another place', async () => {
    await write('a.txt', 'old');
    await post('delete', { paths: ['a.txt'] });
    await write('a.txt', 'new');
    const [entry = ''] = await ids();
    expect(await post('trash/restore', { ids: [entry] })).toMatchObject({
      status: 409,
      json: { error: '"a.txt" exists already' },
    });
    expect((await post('trash/restore', { ids: [entry], if_taken: 'rename' })).json).toEqual({
      restored: [{ id: entry, path: 'a (restored).txt' }],
      problems: [],
    });
    await post('delete', { paths: ['a.txt'] });
    const [second = ''] = await ids();
    expect((await post('trash/restore', { ids: [second], path: '../c' })).status).toBe(400);
    await post('trash/restore', { ids: [second], path: 'deep/er/b.txt' });
    expect(readFileSync(join(root, 'deep/er/b.txt'), 'utf8')).toBe('new');
    expect((await post('trash/restore', { ids: [second, 'x'], path: 'c' })).status).toBe(400);
    expect((await post('trash/restore', { ids: [second] })).status).toBe(404);
  });

  test('of many, those that can come back do, and the others are told', async () => {
    for (const name of ['a', 'b']) await write(name, name);
    await post('delete', { paths: ['a', 'b'] });
    await write('a', 'taken');
    const reply = await post('trash/restore', { ids: await ids() });
    expect(reply.json).toMatchObject({
      restored: [{ path: 'b' }],
      problems: [{ problem: '"a" exists already' }],
    });
  });

  test('for good: some, all, or at once', async () => {
    for (const name of ['a', 'b', 'c']) await write(name, name);
    await post('delete', { paths: ['a'], permanent: true });
    expect((await list()).count).toBe(0);
    await post('delete', { paths: ['b', 'c'] });
    const [first = ''] = await ids();
    expect((await post('trash/delete', { ids: [first, 'x'] })).json).toMatchObject({ deleted_count: 1 });
    expect((await world.call('DELETE', `/volumes/${id}/trash`)).json).toMatchObject({ deleted_count: 1 });
    expect(readdirSync(root)).toEqual([]);
  });

  test('in pages, newest first', async () => {
    for (const name of ['a', 'b', 'c']) {
      await write(name, name);
      world.time += 1000;
      await post('delete', { paths: [name] });
    }
    const page = await list('?offset=1&limit=1');
    expect([page.entries.map(({ path }) => path), page.count]).toEqual([['b'], 3]);
  });

  test('reading needs files.read, all else files.write, and a bound token sees its own alone', async () => {
    await write('a', 'a');
    await post('delete', { paths: ['a'] });
    const reader = world.token({ scopes: ['files.read'] });
    const get = (token: string) => world.call('GET', `/volumes/${id}/trash`, { token });
    expect((await get(reader)).status).toBe(200);
    for (const [route, body] of [
      ['trash/restore', { ids: ['x'] }],
      ['trash/delete', { ids: ['x'] }],
    ] as const)
      expect((await post(route, body, reader)).status).toBe(403);
    expect((await world.call('DELETE', `/volumes/${id}/trash`, { token: reader })).status).toBe(403);
    expect((await get(world.token({ containers: ['other'] }))).status).toBe(404);
    expect((await get(world.token({ scopes: ['containers.read'] }))).status).toBe(403);
  });

  test('it counts as used, and is emptied before anything is refused for want of room', async () => {
    room.bound = 60_000;
    const text = 'x'.repeat(20_000);
    for (const name of ['a', 'b']) {
      expect((await write(name, text)).status).toBe(200);
      world.time += 1000;
      await post('delete', { paths: [name] });
    }
    expect(room.taken).toBe(40_000);
    expect((await write('c', 'x'.repeat(21_000))).status).toBe(200);
    expect((await list()).entries.map(({ path }) => path)).toEqual(['b']);
    expect((await post('copy', { source: 'c', destination: 'd' })).status).toBe(200);
    expect((await list()).count).toBe(0);
    expect((await write('e', text)).status).toBe(507);
  });

  test('a zip that has room only without the trash is unpacked', async () => {
    await write('in/big', 'x'.repeat(20_000));
    await post('compress', { format: 'zip', output_name: 'a', paths: ['in'] });
    await post('delete', { paths: ['in'] });
    room.bound = room.taken + 10_000;
    expect(await post('decompress', { archive_path: 'a.zip', destination: 'out' })).toMatchObject({
      status: 200,
    });
    expect((await list()).count).toBe(0);
    mkdirSync(join(root, 'more'));
    writeFileSync(join(root, 'more/x'), 'x');
    expect(existsSync(join(root, 'out/in/big'))).toBe(true);
  });

  test('it is emptied as an operation, too', async () => {
    for (const name of ['a', 'b', 'c']) {
      await write(name, name);
      await post('delete', { paths: [name] });
    }
    const ended = async (operation: unknown) => {
      const { id: op } = operationSchema.parse(operation);
      await until(() => world.operations.get(op)?.state !== 'running', { what: 'the end of the emptying' });
      return world.operations.get(op);
    };
    const begun = await post('trash/empty', undefined);
    expect(begun).toMatchObject({ status: 202, json: { kind: 'empty trash', container: null } });
    expect(await ended(begun.json)).toMatchObject({ state: 'done', result: { deleted_count: 3 } });
    expect((await list()).count).toBe(0);
    const token = world.token({ scopes: ['files.read'] });
    expect((await post('trash/empty', undefined, token)).status).toBe(403);
  });

  test('nobody sees it among the files', async () => {
    await write('a', 'a');
    await post('delete', { paths: ['a'] });
    expect((await world.call('GET', `/volumes/${id}/files`)).json).toEqual({ files: [] });
    for (const path of ['.lightdeck-trash', '.LIGHTDECK-TRASH/x'])
      expect((await world.call('GET', `/volumes/${id}/files?path=${path}`)).status).toBe(400);
    await write('b', 'b');
    await post('compress', { format: 'zip', output_name: 'all' });
    await post('decompress', { archive_path: 'all.zip', destination: 'out' });
    expect(readdirSync(join(root, 'out'))).toEqual(['b']);
  });

  test('with trash_days 0 nothing is kept', async () => {
    world.configuration.change((config) => ({ ...config, storage: { ...config.storage, trash_days: 0 } }));
    await write('a', 'a');
    expect((await post('delete', { paths: ['a'] })).json).toMatchObject({ deleted_count: 1, trash: [] });
    expect(readdirSync(root)).toEqual([]);
    world.configuration.change((config) => ({ ...config, storage: { ...config.storage, trash_days: 7 } }));
  });
});
