import { execFile } from 'node:child_process';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { vendorType } from '../tests/support/api-client.ts';
import type { Scenario } from './context.ts';
import type { Disposers } from './disposers.ts';
import { BenchHost } from './host.ts';
import { median, memory } from './meter.ts';
import { startNginx } from './nginx.ts';

const run = promisify(execFile);
const sizes = { full: 1024, quick: 64 };
const rounds = { full: 3, quick: 1 };
const listed = { full: 10_000, quick: 1_000 };
const volumeReply = z.object({ id: z.string(), path: z.string() });
const containersReply = z.object({ containers: z.array(z.unknown()) });
const listReply = z.object({ files: z.array(z.unknown()) });

/** A file of one size up and down by curl, through the host and through nginx on the same file system; and a long list. */
export const files: Scenario = async ({ setup, disposers, quick, say }) => {
  const size = quick ? sizes.quick : sizes.full;
  const host = await BenchHost.start(setup, disposers);
  const volume = (await host.api.post('/volumes', { size: 16 * 1024 })).parse(volumeReply, 201);
  const source = join(host.dataDir, 'source');
  await fill(source, size);
  const nginx = await startNginx(join(host.dataDir, 'nginx'), disposers);
  const ours = [
    `${host.url}/volumes/${volume.id}/content?path=big`,
    '-H',
    `Accept: ${vendorType}`,
    ...(await authorization(host, disposers)),
  ];
  const theirs = [`${nginx}/big`];
  // The list first: the large files would push its folder out of the system's cache.
  const list = await listing(host, volume, quick ? listed.quick : listed.full);
  const before = memory(host.pid).peakMb;
  const [up, down]: [Pair[], Pair[]] = [[], []];
  for (let round = 0; round < (quick ? rounds.quick : rounds.full); round += 1) {
    say(`moving ${size} MiB up and down, round ${round + 1}`);
    up.push({ raw: await speed(['-T', source, ...theirs]), own: await speed(['-T', source, ...ours]) });
    down.push({ raw: await speed(theirs), own: await speed(ours) });
  }
  const growth = memory(host.pid).peakMb - before;
  say('listing many servers');
  const servers = await serverListing(host, volume.id, { image: setup.image, count: quick ? 20 : 200 });
  const figure = (key: string, what: string, pairs: Pair[]) => ({
    key,
    what,
    unit: 'MB/s',
    value: median(pairs.map(({ own }) => own)),
    raw: median(pairs.map(({ raw }) => raw)),
    ratio: median(pairs.map(({ own, raw }) => own / raw)),
    target: { of: 'ratio', atLeast: 0.5 } as const,
  });
  return {
    title: `Files: ${size} MiB by curl`,
    figures: [
      figure('files.upload', 'upload', up),
      figure('files.download', 'download', down),
      {
        key: 'files.memory',
        what: 'growth of the peak memory',
        unit: 'MB',
        value: growth,
        target: { of: 'value', atMost: 100 },
      },
      {
        key: 'files.list',
        what: `listing ${list.count} files`,
        unit: 'ms',
        value: list.ms,
        target: { of: 'value', atMost: 200 },
      },
      {
        key: 'files.servers',
        what: `listing ${servers.count} servers`,
        unit: 'ms',
        value: servers.ms,
        target: { of: 'value', atMost: 50 },
      },
    ],
    notes: [
      'The raw reader is nginx (sendfile; PUT by its DAV module), which does not flush an upload to the disk as the host does.',
      'Median of the rounds; nginx and the host take turns. Downloads go to /dev/null.',
    ],
  };
};

/** Megabytes a second. */
interface Pair {
  raw: number;
  own: number;
}

async function speed(args: string[]): Promise<number> {
  const format = '%{http_code} %{size_upload} %{size_download} %{time_total}';
  const { stdout } = await run('curl', ['-sS', '-o', '/dev/null', '-w', format, ...args]);
  const [status = 0, uploaded = 0, downloaded = 0, seconds = 0] = stdout.split(' ').map(Number);
  if (status < 200 || status > 299) throw new Error(`curl got ${stdout}`);
  return Math.max(uploaded, downloaded) / 1e6 / seconds;
}

/** The token in a file of curl's, not in its arguments, which everybody on the machine can read. */
async function authorization(host: BenchHost, disposers: Disposers): Promise<string[]> {
  const path = join(host.dataDir, 'curl.conf');
  await writeFile(path, `header = "Authorization: Bearer ${host.token}"\n`, { mode: 0o600 });
  disposers.add('token file', () => rm(path, { force: true }));
  return ['-K', path];
}

async function fill(path: string, megabytes: number): Promise<void> {
  const file = await open(path, 'w');
  const block = Buffer.alloc(1024 * 1024);
  for (let index = 0; index < megabytes; index += 1) {
    block.fill(index % 256);
    await file.write(block);
  }
  await file.close();
}

async function listing(
  host: BenchHost,
  volume: z.output<typeof volumeReply>,
  count: number,
): Promise<{ ms: number; count: number }> {
  const folder = join(volume.path, 'many');
  await mkdir(folder);
  for (let index = 0; index < count; index += 1) await writeFile(join(folder, `file-${index}.dat`), 'x');
  const times: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    const began = performance.now();
    const reply = await host.api.get(`/volumes/${volume.id}/files?path=many`);
    times.push(performance.now() - began);
    if (reply.parse(listReply).files.length !== count) throw new Error('The list is not whole.');
  }
  return { ms: median(times), count };
}

/** Servers that were made and never started; they are deleted again. */
async function serverListing(
  host: BenchHost,
  volumeId: string,
  { image, count }: { image: string; count: number },
): Promise<{ ms: number; count: number }> {
  const ids = Array.from({ length: count }, (_, index) => `bench-list-${index}`);
  for (const internal_id of ids) {
    const body = { internal_id, image, volume_id: volumeId, startup_command: 'true' };
    (await host.api.post('/containers', body)).expect(200);
  }
  for (const id of ids) await host.reach(id, 'installed');
  const times: number[] = [];
  for (let round = 0; round < 21; round += 1) {
    const began = performance.now();
    const reply = await host.api.get('/containers');
    times.push(performance.now() - began);
    if (reply.parse(containersReply).containers.length !== count) throw new Error('The list is not whole.');
  }
  for (const id of ids) (await host.api.delete(`/containers/${id}`)).expect(200);
  return { ms: median(times), count };
}
