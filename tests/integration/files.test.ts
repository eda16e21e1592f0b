import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { vendorType } from '../../shared/http/route.ts';
import { own } from '../support/cleanup.ts';
import { type HostProcess, startHost } from '../support/host-process.ts';
import { rounds } from '../support/lane.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const volumeSchema = z.object({ id: z.string(), path: z.string() });
const listSchema = z.object({ files: z.array(z.object({ name: z.string(), size: z.number() })) });

/** Begins to upload more than it sends, and goes on until it is cut. */
function startUpload(host: HostProcess, path: string): { sent: () => number; end: () => void } {
  let [sent, ended] = [0, false];
  const outgoing = request(`${host.url}${path}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${host.token}`,
      accept: vendorType,
      'content-length': String(1024 ** 3),
    },
  });
  outgoing.on('error', () => {
    ended = true;
  });
  const block = Buffer.alloc(64 * 1024, 'n');
  const more = (): void => {
    if (ended) return;
    outgoing.write(block, () => {
      sent += block.length;
      setTimeout(more, 2);
    });
  };
  more();
  return {
    sent: () => sent,
    end: () => {
      ended = true;
      outgoing.destroy();
    },
  };
}

test('SIGKILL during uploads: the old file is whole, no half one can be seen, and what was left is removed', async () => {
  const host = own(await startHost({ dataDir: tempDir() }));
  const volume = (await host.api.post('/volumes')).parse(volumeSchema, 201);
  await host.api.post(`/volumes/${volume.id}/files`, { path: 'f', content: 'old' });
  const count = rounds('kills during uploads', 1, 3);
  for (let round = 0; round < count; round += 1) {
    const uploads = ['f', 'new/g'].map((path) =>
      startUpload(host, `/volumes/${volume.id}/content?path=${path}`),
    );
    const enough = Math.floor(Math.random() * 2_000_000);
    await until(() => uploads.every(({ sent }) => sent() > enough));
    // The folder comes a moment before what is in it.
    const unfinished = (): string[] =>
      readdirSync(volume.path).includes('.lightdeck-unfinished')
        ? readdirSync(join(volume.path, '.lightdeck-unfinished'))
        : [];
    await until(() => unfinished().length > 0, { what: 'an unfinished upload' });
    await host.kill();
    for (const upload of uploads) upload.end();
    expect(unfinished().length).toBeGreaterThan(0);
    await host.start();
    const { files } = (await host.api.get(`/volumes/${volume.id}/files`)).parse(listSchema);
    expect(files).toEqual([expect.objectContaining({ name: 'f', size: 3 })]);
    expect(readFileSync(join(volume.path, 'f'), 'utf8')).toBe('old');
    await until(() => readdirSync(volume.path).length === 1);
  }
});
