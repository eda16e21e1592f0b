import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { utils } from 'ssh2';
import { describe, expect, onTestFinished, test } from 'vitest';
import { longTest } from '../../tests/support/lane.ts';
import { openSftpWorld } from '../../tests/support/sftp-world.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { treeOf } from '../../tests/support/tree-of.ts';
import type { CopyPlace } from './contract.ts';
import { openSftpPlace, type SftpPlaceOptions } from './sftp-place.ts';
import {
  about,
  freely,
  openLaneHere,
  packFiles,
  sourceOf,
  targetOf,
  testStore,
} from './snapshots.test-helper.ts';

const MiB = 1024 * 1024;

async function sftpPlace() {
  const world = await openSftpWorld(onTestFinished);
  const { username, password, port } = await world.login();
  const key = utils.parseKey(readFileSync(world.hostKeyPath));
  if (key instanceof Error) throw key;
  const hash = createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '');
  const options = {
    host: '127.0.0.1',
    port,
    username,
    password,
    folder: '/copies/here',
    fingerprint: `SHA256:${hash}`,
  };
  const open = async (more: Partial<SftpPlaceOptions> = {}) => {
    const place = await openSftpPlace({ ...options, ...more });
    onTestFinished(() => place.close());
    return place;
  };
  return { open, port, there: join(world.volumes.one, 'copies/here') };
}

/** A way to a port of this machine that can be cut, or along which nothing moves any more. */
async function wayTo(port: number) {
  const ends = new Set<Socket>();
  const way = { port: 0, bytes: 0, onBytes: (_bytes: number): void => {}, cut: () => {}, freeze: () => {} };
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from);
      from.on('error', () => {});
      from.on('close', () => to.destroy());
      from.on('data', (bytes) => {
        if (!from.isPaused()) to.write(bytes);
        if (from !== near) return;
        way.bytes += bytes.length;
        way.onBytes(way.bytes);
      });
    }
  });
  way.cut = () => {
    for (const end of ends) end.destroy();
  };
  way.freeze = () => {
    for (const end of ends) end.pause();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address === 'object' && address) way.port = address.port;
  onTestFinished(() => {
    way.cut();
    server.close();
  });
  return way;
}

describe('a copy on an SFTP server', () => {
  longTest(
    'that is lost on the way ends at once and says so; the next one goes on where it was',
    async () => {
      const folder = tempDir();
      for (let file = 0; file < 2; file += 1) writeFileSync(join(folder, `${file}`), randomBytes(17 * MiB));
      const store = await testStore({ openLane: openLaneHere });
      const { id } = await store.create(sourceOf(folder), about, freely());
      const { open, port, there } = await sftpPlace();
      const way = await wayTo(port);
      const place = await open({ port: way.port });
      way.onBytes = (bytes) => {
        if (bytes > 25 * MiB) way.cut();
      };
      const lost = { code: 'timeout', message: expect.stringMatching(/127.0.0.1 was lost.*try again/) };
      await expect(store.copy(id, place, freely())).rejects.toMatchObject(lost);
      // Whatever it is asked for from then on.
      await expect(place.size('lock.json')).rejects.toMatchObject(lost);
      await expect(store.copies(place, new AbortController().signal)).rejects.toMatchObject(lost);
      expect(existsSync(join(there, `snapshots/${id}.json`))).toBe(false);
      const again = await open();
      expect((await store.copy(id, again, freely())).bytes).toBeLessThan(25 * MiB);
      await store.checkCopy(id, again, freely());
    },
  );

  test('that answers no more is given up after a while, or as soon as it is cancelled', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'file'), randomBytes(17 * MiB));
    const store = await testStore({ openLane: openLaneHere });
    const { id } = await store.create(sourceOf(folder), about, freely());
    const { open, port } = await sftpPlace();
    const frozen = async (more: Partial<SftpPlaceOptions>) => {
      const way = await wayTo(port);
      const place = await open({ port: way.port, ...more });
      way.onBytes = way.freeze;
      return place;
    };
    await expect(store.copy(id, await frozen({ patienceMs: 500 }), freely())).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('no answer'),
    });
    const cancel = new AbortController();
    const { signal } = cancel;
    const place = await frozen({ signal });
    const copy = store.copy(id, place, { signal });
    cancel.abort(new Error('nobody wants it'));
    await expect(copy).rejects.toThrow('nobody wants it');
  });

  test('has what is missing there, and is brought back by the program that went along', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'big'), randomBytes(5 * MiB));
    const store = await testStore({ openLane: openLaneHere, now: () => Date.now() + 3600_000 });
    const first = await store.create(sourceOf(folder), about, freely());
    const { open, there } = await sftpPlace();
    const place = await open();
    const sent = await store.copy(first.id, place, freely());
    expect(sent.bytes).toBeGreaterThan(5 * MiB);
    writeFileSync(join(folder, 'small'), 'new');
    const second = await store.create(sourceOf(folder), about, freely());
    expect((await store.copy(second.id, place, freely())).bytes).toBeLessThan(MiB);
    const back = join(tempDir(), 'back');
    const run = spawnSync(process.execPath, [join(there, 'restore.mjs'), 'restore', 'latest', back], {
      encoding: 'utf8',
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(treeOf(back)).toEqual(treeOf(folder));
    const other = await testStore({ openLane: openLaneHere });
    const { id } = await other.create(sourceOf(folder), about, freely());
    await expect(other.copy(id, place, freely())).rejects.toMatchObject({ code: 'conflict' });
  });

  test('is refused where the server has another key, or another password', async () => {
    const { open } = await sftpPlace();
    await expect(open({ fingerprint: 'SHA256:other' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/is SHA256:/),
    });
    await expect(open({ password: 'wrong' })).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(open({ port: 9 })).rejects.toMatchObject({ code: 'timeout' });
  });

  test('that comes back changed is told, and one that is cut off leaves no record', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'file'), randomBytes(MiB));
    const store = await testStore({ openLane: openLaneHere });
    const { id } = await store.create(sourceOf(folder), about, freely());
    const { open, there } = await sftpPlace();
    const place = await open();
    const lying: typeof place = {
      size: (path) => place.size(path),
      put: (path, content, signal) => place.put(path, content, signal),
      async *get(path, signal) {
        for await (const chunk of place.get(path, signal))
          yield path.includes('.pack') ? chunk.map((byte) => byte ^ 1) : chunk;
      },
      move: (from, to) => place.move(from, to),
      list: (folder) => place.list(folder),
      remove: (path) => place.remove(path),
      close: async () => {},
    };
    await expect(store.copy(id, lying, freely())).rejects.toMatchObject({ code: 'conflict' });
    expect(packFiles(there).size).toBe(0);
    expect(() => readFileSync(join(there, `snapshots/${id}.json`))).toThrow(/ENOENT/);
  });

  longTest(
    'is listed, checked and taken into another store; a damaged one is told, and nothing of it is kept',
    async () => {
      const folder = tempDir();
      writeFileSync(join(folder, 'big'), randomBytes(9 * MiB));
      writeFileSync(join(folder, 'small'), 'x'.repeat(1000));
      const store = await testStore({ openLane: openLaneHere });
      const { id } = await store.create(sourceOf(folder), about, freely());
      const { open, there } = await sftpPlace();
      const place = await open();
      await store.copy(id, place, freely());

      const other = await testStore({ openLane: openLaneHere });
      const never = new AbortController().signal;
      expect(await other.copies(place, never)).toMatchObject([
        { id, source: about.source, checked_at: null },
      ]);
      expect((await other.checkCopy(id, place, freely())).bytes).toBeGreaterThan(9 * MiB);
      expect(await other.list()).toEqual([]);
      await other.fetch(id, place, freely());
      expect(await other.list()).toMatchObject([{ id, damaged: 0 }]);
      expect(await other.check(null, freely())).toMatchObject({ damaged: [], problems: [] });
      const back = tempDir();
      await other.restore(id, targetOf(back), {}, freely());
      expect(treeOf(back)).toEqual(treeOf(folder));
      // All of it is there: nothing but the list is read again.
      expect((await other.fetch(id, place, freely())).bytes).toBeLessThan(10_000);

      const [[, path] = ['', '']] = packFiles(there);
      const bytes = readFileSync(path);
      bytes[200] = (bytes[200] ?? 0) ^ 1;
      writeFileSync(path, bytes);
      await expect(other.checkCopy(id, place, freely())).rejects.toMatchObject({ code: 'invalid' });
      const third = await testStore({ openLane: openLaneHere });
      await expect(third.fetch(id, place, freely())).rejects.toThrow(/damaged/);
      expect(await third.list()).toEqual([]);
      rmSync(path);
      await expect(third.checkCopy(id, place, freely())).rejects.toThrow(/missing/);
      await expect(third.fetch('20261130t072245-1b2c3d4e', place, freely())).rejects.toMatchObject({
        code: 'not_found',
      });
    },
  );

  test('that is removed between the look at it and its reading leaves the others listed', async () => {
    const folder = tempDir();
    const store = await testStore({ openLane: openLaneHere });
    const { open, there } = await sftpPlace();
    const place = await open();
    const made: string[] = [];
    for (const content of ['one', 'two']) {
      writeFileSync(join(folder, 'world'), content);
      const { id } = await store.create(sourceOf(folder), about, freely());
      await store.copy(id, place, freely());
      made.push(id);
    }
    const [gone = '', stays = ''] = made;
    const size = async (name: string): Promise<number | null> => {
      const bytes = await place.size(name);
      if (name === `snapshots/${gone}.json`) rmSync(join(there, name), { force: true });
      return bytes;
    };
    const racing: CopyPlace = Object.assign(Object.create(place), { size });
    expect(await store.copies(racing, new AbortController().signal)).toMatchObject([{ id: stays }]);
    // A pack that goes is told by its name.
    const reading = place.get('packs/00/none.pack', new AbortController().signal)[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toMatchObject({
      code: 'not_found',
      message: 'packs/00/none.pack is not there any more',
    });
  });
});
