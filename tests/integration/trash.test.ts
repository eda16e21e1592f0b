import { expect, test } from 'vitest';
import { z } from 'zod';
import { listTrash } from '../../shared/http/trash.ts';
import { MiB } from '../../shared/units.ts';
import { own } from '../support/cleanup.ts';
import { startHost } from '../support/host-process.ts';
import { longTest, rounds } from '../support/lane.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const volumeSchema = z.object({ id: z.string() });
const listing = z.object({ files: z.array(z.object({ name: z.string() })) });
const records = z.object({
  entries: z.array(z.object({ action: z.string(), volume: z.string().nullable() })),
});

longTest(
  'A24 SIGKILL while files are deleted, restored and written over: each is at its place or in the trash, none is lost',
  async () => {
    const host = own(await startHost({ dataDir: tempDir() }));
    const { id } = (await host.api.post('/volumes', { size: 64 })).parse(volumeSchema, 201);
    const trash = async () => (await host.api.get(`/volumes/${id}/trash`)).parse(listTrash.reply).entries;
    const there = async () =>
      (await host.api.get(`/volumes/${id}/files`)).parse(listing).files.map(({ name }) => name);
    const all = Array.from({ length: 24 }, (_, index) => `file ${index}`).sort();
    const count = rounds('kills during deletions', 2, 20);
    for (const path of all) await host.api.post(`/volumes/${id}/files`, { path, content: path });
    for (let round = 0; round < count; round += 1) {
      let done = 0;
      const enough = 1 + Math.floor(Math.random() * 30);
      const work = all.map(async (path) => {
        await host.api.post(`/volumes/${id}/delete`, { paths: [path] });
        done += 1;
        const found = (await trash()).find((entry) => entry.path === path);
        if (found) await host.api.post(`/volumes/${id}/trash/restore`, { ids: [found.id] });
        done += 1;
      });
      void Promise.allSettled(work);
      await until(() => done >= enough);
      await host.kill();
      await Promise.allSettled(work);
      await host.start();
      const kept = await trash();
      expect([...(await there()), ...kept.map(({ path }) => path)].sort()).toEqual(all);
      await host.api.post(`/volumes/${id}/trash/restore`, { ids: kept.map((entry) => entry.id) });
      expect((await there()).sort()).toEqual(all);
    }
  },
  60_000,
);

test('A24 on a full volume the trash is emptied before an upload is refused, and that is on record', async () => {
  const host = own(await startHost({ dataDir: tempDir() }));
  const { id } = (await host.api.post('/volumes', { size: 24 })).parse(volumeSchema, 201);
  const put = async (path: string, size: number): Promise<number> => {
    const reply = await fetch(`${host.url}/volumes/${id}/content?path=${path}`, {
      method: 'PUT',
      body: Buffer.alloc(size, 1),
      headers: { authorization: `Bearer ${host.token}`, accept: 'Application/vnd.pkglatv1+json' },
    });
    await reply.text();
    return reply.status;
  };
  for (const name of ['a', 'b']) {
    expect(await put(name, 7 * MiB)).toBe(200);
    await host.api.post(`/volumes/${id}/delete`, { paths: [name] });
  }
  expect(await put('c', 9 * MiB)).toBe(200);
  const { entries } = (await host.api.get(`/volumes/${id}/trash`)).parse(listTrash.reply);
  expect(entries.map(({ path }) => path)).toEqual(['b']);
  const { entries: told } = (await host.api.get('/audit')).parse(records);
  expect(told).toContainEqual(expect.objectContaining({ action: 'trash emptied', volume: id }));
  expect(await put('d', 30 * MiB)).toBe(507);
}, 60_000);
