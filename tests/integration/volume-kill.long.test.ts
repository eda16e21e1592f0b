import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { imageOf } from '../../main/volumes/image-place.ts';
import { MiB } from '../../shared/units.ts';
import { own } from '../support/cleanup.ts';
import { type HostProcess, startHost } from '../support/host-process.ts';
import { rounds } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { tempDir } from '../support/temp.ts';
import { traces } from '../support/volume-images.ts';

const volumeReply = z.object({ id: z.string(), path: z.string(), quota_mb: z.number() });
const listReply = z.object({ volumes: z.array(volumeReply) });
const quotaReply = z.object({ size_mb: z.number(), used_mb: z.number() });
type Volume = z.infer<typeof volumeReply>;

async function list(host: HostProcess): Promise<Volume[]> {
  return (await host.api.get('/volumes')).parse(listReply).volumes;
}

/** Every volume that is listed is whole and mounted once, and there is nothing else. */
async function expectOrder(host: HostProcess): Promise<Volume[]> {
  const volumes = await list(host);
  const paths = volumes.map(({ path }) => path).sort();
  expect(await traces(host.dataDir)).toEqual({ mounts: paths, loops: volumes.map(imageOf).sort() });
  const folder = join(host.dataDir, 'storage', 'volumes');
  expect(readdirSync(folder).filter((name) => name !== '.images')).toEqual(
    volumes.map(({ id }) => id).sort(),
  );
  const images = readdirSync(join(folder, '.images')).filter((name) => /^[^.]/.test(name));
  expect(images.sort()).toEqual(volumes.map(({ id }) => `${id}.img`).sort());
  for (const volume of volumes) {
    const quota = (await host.api.get(`/volumes/${volume.id}/quota`)).parse(quotaReply);
    expect(quota.size_mb).toBe(volume.quota_mb);
    expect(statSync(imageOf(volume)).size).toBe(volume.quota_mb * MiB);
    const mark = join(volume.path, 'mark');
    if (existsSync(mark)) expect(readFileSync(mark, 'utf8')).toBe(volume.id.repeat(5000));
    else writeFileSync(mark, volume.id.repeat(5000));
    writeFileSync(join(volume.path, 'usable'), 'x');
  }
  return volumes;
}

describe.skipIf(!has('loop-volumes'))('A10 kills', () => {
  it('at random moments of making, resizing and deleting leave nothing half and lose nothing', async () => {
    const host = own(await startHost({ dataDir: tempDir() }));
    const sizes = [24, 40, 64, 96];
    const count = rounds('volume-kill', 3, 8);
    for (let round = 0; round < count; round += 1) {
      const volumes = await expectOrder(host);
      const { api } = host;
      const others = volumes.map(async (volume, index) => {
        const size = sizes[(round + index) % sizes.length];
        // Some go, so that the number stays small.
        if (index > 2) return api.delete(`/volumes/${volume.id}`);
        return api.post(`/volumes/${volume.id}/resize`, { size });
      });
      const requests = [...others, api.post('/volumes', { size: 24 }), api.post('/volumes', { size: 40 })];
      const answers = Promise.allSettled(requests);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 900));
      await host.kill();
      await answers;
      await host.start();
    }
    for (const { id } of await expectOrder(host)) (await host.api.delete(`/volumes/${id}`)).expect(204);
    expect(await traces(host.dataDir)).toEqual({ mounts: [], loops: [] });
    expect(await list(host)).toEqual([]);
  }, 300_000);
});
