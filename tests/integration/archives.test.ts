import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { own, suiteCleanup } from '../support/cleanup.ts';
import { type HostProcess, startHost } from '../support/host-process.ts';
import { longTest, someOf } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const volumes = z.object({ volumes: z.array(z.object({ id: z.string(), path: z.string() })) });
const packed = z.object({
  message: z.literal('Compression successful'),
  archive_path: z.string(),
  size: z.number(),
});
const unpacked = z.object({ message: z.literal('Decompression successful'), files: z.number() });

const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

async function newVolume(): Promise<{ id: string; path: string }> {
  return (await host.api.post('/volumes')).parse(z.object({ id: z.string(), path: z.string() }), 201);
}

function fill(folder: string, files: number, size: number): void {
  mkdirSync(folder);
  for (let i = 0; i < files; i++) writeFileSync(join(folder, `${i}`), randomBytes(size));
}

describe.skipIf(!has('images'))('with a server', () => {
  test('X5 the server’s socket tells how far packing and unpacking are, and its console goes on meanwhile', async () => {
    const scene = await openScene({ onEnd: onTestFinished });
    const id = await scene.server({ startup_command: 'while :; do echo tick; sleep 0.05; done', tty: false });
    const [volume] = (await scene.host.api.get('/volumes')).parse(volumes).volumes;
    if (!volume) throw new Error('there is no volume');
    fill(join(volume.path, 'world'), 4, 600_000);
    const socket = await scene.connect(id);
    await scene.host.api.post(`/containers/${id}/start`);
    await socket.waitFor('event', (frame) => frame.data === 'running', { timeoutMs: 60_000 });
    const since = socket.mark();
    const body = { format: 'tar.bz2', output_name: 'backup', paths: ['world'] };
    (await scene.host.api.post(`/volumes/${volume.id}/compress`, body)).parse(packed);
    const end = await socket.waitFor('progress', ({ data }) => data.current === data.total, { since });
    expect(end.data).toEqual({
      phase: 'archive',
      current: 2_400_000,
      total: 2_400_000,
      text: 'Packing backup',
    });
    await socket.waitFor('console', (frame) => frame.data.includes('tick'), { since });
    const later = socket.mark();
    const archive = { archive_path: 'backup.tar.bz2', destination: 'restored' };
    (await scene.host.api.post(`/volumes/${volume.id}/decompress`, archive)).parse(unpacked);
    await socket.waitFor('progress', ({ data }) => data.text === 'Unpacking backup.tar.bz2', {
      since: later,
    });
    for (let i = 0; i < 4; i++)
      expect(digest(join(volume.path, `restored/world/${i}`))).toBe(digest(join(volume.path, `world/${i}`)));
  });
});

/** Of the tests below, each with a volume of its own. */
let host: HostProcess;
beforeAll(async () => {
  host = own(await startHost({ dataDir: tempDir(onEnd) }), onEnd);
});

test('A9 the client goes away: the work ends, and another one can begin', async () => {
  const volume = await newVolume();
  fill(join(volume.path, 'from'), 8, 5_000_000);
  const url = `${host.url}/volumes/${volume.id}/compress`;
  const headers = { authorization: `Bearer ${host.token}`, accept: 'Application/vnd.pkglatv1+json' };
  const gone = new AbortController();
  const body = JSON.stringify({ format: 'tar.bz2', output_name: 'x' });
  const call = fetch(url, { method: 'POST', headers, body, signal: gone.signal }).catch(() => 'gone');
  const staging = join(volume.path, '.lightdeck-unfinished');
  await until(() => existsSync(staging), { what: 'the work to begin', everyMs: 5 });
  gone.abort();
  expect(await call).toBe('gone');
  await until(() => !existsSync(staging), { what: 'the unfinished archive to go' });
  expect(readdirSync(volume.path)).toEqual(['from']);
  const next = { format: 'tar', output_name: 'y' };
  // The file goes a moment before the work is over.
  const again = await until(
    async () => {
      const reply = await host.api.post(`/volumes/${volume.id}/compress`, next);
      return reply.status === 409 ? null : reply;
    },
    { what: 'the volume to be free for another one' },
  );
  again.parse(packed);
});

longTest('A9 an orderly stop in the middle answers, and leaves no half file', async () => {
  const volume = await newVolume();
  fill(join(volume.path, 'from'), 8, 5_000_000);
  const body = { format: 'tar.bz2', output_name: 'x' };
  const call = host.api.post(`/volumes/${volume.id}/compress`, body);
  await until(() => existsSync(join(volume.path, '.lightdeck-unfinished')), { everyMs: 5 });
  expect(await host.stop()).toEqual({ code: 0, signal: null });
  const reply = await call;
  expect([reply.status, reply.body]).toEqual([
    409,
    { error: expect.stringContaining('The host is stopping') },
  ]);
  // Where volumes are images it was unmounted: what is in it shows when it is back.
  await host.start();
  expect(readdirSync(volume.path)).toEqual(['from']);
});

test.each(someOf(['zip', 'tar', 'tar.gz', 'tar.bz2'], 1))(
  'A9 %s: SIGKILL in the middle: no half file is visible, and all goes on after the restart',
  async (format) => {
    const volume = await newVolume();
    fill(join(volume.path, 'from'), 40, 50_000);
    const body = { format, paths: ['from'], output_name: 'backup' };
    const { archive_path } = (await host.api.post(`/volumes/${volume.id}/compress`, body)).parse(packed);
    const archive = { archive_path, destination: 'to' };
    const call = host.api.post(`/volumes/${volume.id}/decompress`, archive).catch(() => 'killed');
    const folder = join(volume.path, 'to/from');
    const there = (): string[] => (existsSync(folder) ? readdirSync(folder) : []);
    await until(() => there().length > 3, { what: 'some files', everyMs: 1 });
    await host.kill();
    await call;
    for (const name of there())
      expect([name, digest(join(folder, name))]).toEqual([name, digest(join(volume.path, 'from', name))]);
    await host.start();
    const again = (await host.api.post(`/volumes/${volume.id}/decompress`, archive)).parse(unpacked);
    expect([again.files, there().length]).toEqual([40, 40]);
  },
);

test.skipIf(!has('archivers'))(
  'F22 F23 F10 the built host unpacks xz, zstd and lone files, whatever their names',
  async () => {
    const volume = await newVolume();
    fill(join(volume.path, 'from'), 3, 200_000);
    const run = (program: string, ...options: string[]) =>
      execFileSync(program, options, { cwd: volume.path });
    run('tar', '-cJf', 'in.tar.xz', 'from');
    run('tar', '--zstd', '-cf', 'in.tar.zst', 'from');
    writeFileSync(join(volume.path, 'latest.log'), 'a line\n'.repeat(1000));
    run('xz', '-k', 'latest.log');
    for (const [archive, files] of [
      ['in.tar.xz', 3],
      ['in.tar.zst', 3],
      ['latest.log.xz', 1],
    ] as const) {
      const body = { archive_path: archive, destination: `to/${archive}\\xe9` };
      const done = (await host.api.post(`/volumes/${volume.id}/decompress`, body)).parse(unpacked);
      expect([archive, done.files]).toEqual([archive, files]);
    }
    const text = join(volume.path, 'to');
    expect(readdirSync(text, 'latin1').sort()).toEqual([
      'in.tar.xz\xe9',
      'in.tar.zst\xe9',
      'latest.log.xz\xe9',
    ]);
  },
);
