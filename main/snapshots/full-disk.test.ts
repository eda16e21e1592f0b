import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { has } from '../../tests/support/requirements.ts';
import { smallDisk } from '../../tests/support/small-disk.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { about, freely, sourceOf, testStore } from './snapshots.test-helper.ts';

const MiB = 1024 * 1024;

describe.skipIf(!has('small-disk'))('a full disk', () => {
  test('leaves the last good snapshot whole and the next one possible, and room can be freed on it', async () => {
    const [disk, source] = [smallDisk(48), tempDir()];
    const store = await testStore({ folder: join(disk.path, 'store'), now: () => Date.now() + 60_000 });
    writeFileSync(join(source, 'first'), randomBytes(20 * MiB));
    const first = await store.create(sourceOf(source), about, freely());
    writeFileSync(join(source, 'second'), randomBytes(40 * MiB));
    await expect(store.create(sourceOf(source), about, freely())).rejects.toMatchObject({
      code: 'disk_full',
    });
    expect(await store.list()).toEqual([first]);
    expect(await store.check(null, freely())).toMatchObject({ damaged: [], problems: [] });
    disk.fill();
    await store.remove([first.id], freely());
    disk.free();
    expect(await store.list()).toEqual([]);
    expect(await store.size()).toBe(0);
    writeFileSync(join(source, 'second'), randomBytes(10 * MiB));
    const next = await store.create(sourceOf(source), about, freely());
    expect(next.bytes).toBe(30 * MiB);
    expect(await store.check(null, freely())).toMatchObject({ damaged: [], problems: [] });
  });
});
