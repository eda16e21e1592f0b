import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createVolumeFiles } from '../../main/files/volume-files.ts';
import { type Log, silentLog } from '../../main/lib/log.ts';
import { type RunProgram, runProgram } from '../../main/lib/run-program.ts';
import { openSqliteStore, type SqliteStore } from '../../main/store/sqlite-store.ts';
import type { VolumeManager } from '../../main/volumes/contract.ts';
import { ImageDisk, type ImagePatience } from '../../main/volumes/image-disk.ts';
import { imageOf } from '../../main/volumes/image-place.ts';
import { ImageTools } from '../../main/volumes/image-tools.ts';
import { createVolumes } from '../../main/volumes/volumes.ts';
import { MiB } from '../../shared/units.ts';
import { has } from '../support/requirements.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { df, loopFilesUnder, system, traces } from '../support/volume-images.ts';

const nothing = { mounts: [], loops: [] };

interface Bench {
  folder: string;
  store: SqliteStore;
  volumes: VolumeManager;
  logged: string[];
  /** As after the end of one daemon and the start of the next on the same data. */
  next(): Promise<VolumeManager>;
}

/** Volumes in this process, on real images. */
async function openBench(
  options: { volumesPath?: string; run?: RunProgram; patience?: ImagePatience } = {},
): Promise<Bench> {
  const folder = tempDir();
  const { volumesPath = join(folder, 'volumes'), run, patience } = options;
  const logged: string[] = [];
  const write = (details: object, message: string): void => {
    logged.push(`${message} ${JSON.stringify(details)}`);
  };
  const log: Log = { debug() {}, info: write, warn: write, error: write };
  const store = openSqliteStore({ path: join(folder, 'lightdeck.db'), log });
  const all: VolumeManager[] = [];
  const next = async (): Promise<VolumeManager> => {
    const volumes = createVolumes({
      store,
      volumesPath,
      now: Date.now,
      quota: 'auto',
      log,
      ...(run ? { run } : {}),
      ...(patience ? { patience } : {}),
    });
    all.push(volumes);
    await volumes.open();
    return volumes;
  };
  onTestFinished(async () => {
    for (const volumes of all) await volumes.close();
    store.close();
  });
  return { folder, store, volumes: await next(), logged, next };
}

describe.skipIf(!has('loop-volumes'))('A10 a volume as an image', () => {
  test('is an empty file system of its own that takes no room, with the size that was asked for', async () => {
    const { volumes } = await openBench();
    const volume = await volumes.create({ quotaMb: 1024 });
    expect(volume.kind).toBe('image');
    expect(readdirSync(volume.path)).toEqual([]);
    const image = imageOf(volume);
    expect(statSync(image).size).toBe(1024 * MiB);
    expect(statSync(image).blocks * 512).toBeLessThan(8 * MiB);
    expect(statSync(dirname(image)).mode & 0o777).toBe(0o700);
    const plain = join(dirname(volume.path), 'plain');
    mkdirSync(plain);
    expect(statSync(volume.path)).toMatchObject({
      mode: statSync(plain).mode,
      uid: statSync(plain).uid,
      gid: statSync(plain).gid,
    });
    const line = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .find((l) => l.includes(volume.path));
    expect(line).toMatch(/nosuid,nodev/);
    const { available } = await df(volume.path);
    expect(available).toBeGreaterThan(0.93 * 1024 * MiB);
  });

  test('the kernel refuses what is beyond it, and the quota says what df says', async () => {
    const { volumes } = await openBench();
    const { id, path } = await volumes.create({ quotaMb: 40 });
    const room = volumes.room(id);
    const before = room.left();
    expect(before).toBeGreaterThan(25 * MiB);
    expect(() => room.take(before + 1)).toThrow('The volume has no room for it');
    expect(() => writeFileSync(join(path, 'big'), Buffer.alloc(41 * MiB, 1))).toThrow(/ENOSPC/);
    await system('sync', '-f', path);
    const { used, available } = await df(path);
    expect(await volumes.quota(id)).toEqual({
      size_mb: 40,
      used_mb: Math.ceil(used / MiB),
      available_mb: Math.floor(available / MiB),
      percentage_used: Math.round((used / (used + available)) * 10_000) / 100,
    });
    expect(room.left()).toBeLessThan(MiB);
    expect(() => room.take(MiB)).toThrow('less than 1 MB is left');
    rmSync(join(path, 'big'));
    expect(room.left()).toBeGreaterThan(25 * MiB);
  });

  test('becomes larger and smaller with all that is in it, never smaller than that', async () => {
    const { volumes, folder } = await openBench();
    const { id, path } = await volumes.create({ quotaMb: 64 });
    const data = randomBytes(20 * MiB);
    writeFileSync(join(path, 'world'), data);
    await volumes.resize(id, 300);
    expect((await df(path)).available).toBeGreaterThan(230 * MiB);
    await expect(volumes.resize(id, 19)).rejects.toThrow(/size: the volume needs at least \d+ MB/);
    await expect(volumes.resize(id, 21)).rejects.toThrow(/size: the volume needs at least \d+ MB/);
    expect(volumes.get(id)?.quota_mb).toBe(300);
    await volumes.resize(id, 50);
    expect(volumes.get(id)).toMatchObject({ quota_mb: 50, pending: null });
    expect(statSync(imageOf({ path })).size).toBe(50 * MiB);
    expect((await df(path)).available).toBeLessThan(30 * MiB);
    expect(readFileSync(join(path, 'world')).equals(data)).toBe(true);
    expect(readdirSync(path)).toEqual(['world']);
    expect(await loopFilesUnder(folder)).toHaveLength(1);
  });

  test('the loop device learns of a larger file while it is in use', async () => {
    // What only some machines allow to root is left out here; volume-servers.test.ts asks for it.
    const run: RunProgram = (program, args, options) =>
      args.includes('resize2fs') && args.some((arg) => arg.startsWith('/dev/loop'))
        ? Promise.resolve({ code: 0, output: '' })
        : runProgram(program, args, options);
    const { volumes, folder } = await openBench({ run });
    const volume = await volumes.create({ quotaMb: 16 });
    const open = openSync(join(volume.path, 'held'), 'w');
    const tools = new ImageTools({ run, folder: dirname(imageOf(volume)) });
    await new ImageDisk(volume, tools).growMounted(48);
    closeSync(open);
    const [line] = (await system('losetup', '--list', '--noheadings', '--output', 'NAME,BACK-FILE'))
      .split('\n')
      .filter((text) => text.includes(folder));
    const loop = line?.split(/\s+/)[0]?.slice('/dev/'.length);
    expect(Number(readFileSync(`/sys/block/${loop}/size`, 'utf8')) * 512).toBe(48 * MiB);
  });

  test('a size that the disk can not have is refused, and the volume is as before', async () => {
    const { volumes } = await openBench();
    const { id } = await volumes.create({ quotaMb: 16 });
    const huge = 16 * 1024 * 1024;
    await expect(volumes.create({ quotaMb: huge })).rejects.toMatchObject({ code: 'invalid' });
    await expect(volumes.resize(id, huge)).rejects.toMatchObject({ code: 'invalid' });
    expect(volumes.list()).toMatchObject([{ id, quota_mb: 16, pending: null }]);
    expect((await volumes.quota(id)).size_mb).toBe(16);
  });

  test.each([1, 2, 7])('as small as %i MB it works, too', async (quotaMb) => {
    const { volumes, folder } = await openBench();
    const { id, path } = await volumes.create({ quotaMb });
    writeFileSync(join(path, 'x'), 'x');
    await volumes.resize(id, 30);
    expect(readFileSync(join(path, 'x'), 'utf8')).toBe('x');
    await volumes.remove(id);
    expect(await traces(folder)).toEqual(nothing);
  });

  test('two are made at once; of two changes of one, one is refused', async () => {
    const { volumes } = await openBench();
    const [a, b] = await Promise.all([volumes.create({ quotaMb: 16 }), volumes.create({ quotaMb: 16 })]);
    const results = await Promise.allSettled([
      volumes.resize(a.id, 32),
      volumes.remove(a.id),
      volumes.resize(b.id, 8),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'busy' } });
  });

  test('deleted, it leaves nothing; while a file in it is open that is refused and it stays as it was', async () => {
    const { volumes, folder } = await openBench({ patience: { openMs: 300, mountedMs: 20_000 } });
    const { id, path } = await volumes.create({ quotaMb: 16 });
    const open = openSync(join(path, 'file'), 'w');
    await expect(volumes.remove(id)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(new RegExp(`\\(pid ${process.pid}\\) has a file or folder in it open`)),
    });
    await expect(volumes.resize(id, 12)).rejects.toMatchObject({ code: 'conflict' });
    writeFileSync(open, 'still there');
    closeSync(open);
    expect(volumes.room(id).left()).toBeGreaterThan(0);
    expect(volumes.list()).toHaveLength(1);
    await volumes.remove(id);
    expect(volumes.list()).toEqual([]);
    expect(await traces(folder)).toEqual(nothing);
    expect(readdirSync(join(folder, 'volumes'))).toEqual(['.images']);
    expect(readdirSync(join(folder, 'volumes', '.images'))).toEqual(['.lock']);
  });

  test('a mount of it in another namespace holds it: refused, and mounted as before', async () => {
    const { volumes, folder } = await openBench({ patience: { openMs: 3000, mountedMs: 500 } });
    const { id, path } = await volumes.create({ quotaMb: 16 });
    writeFileSync(join(path, 'file'), 'x');
    const other = spawn('unshare', ['--mount', 'sleep', '60'], { stdio: 'ignore' });
    onTestFinished(() => void other.kill('SIGKILL'));
    // From then on it has mounts of its own.
    await until(() => readFileSync(`/proc/${other.pid}/comm`, 'utf8') === 'sleep\n');
    await expect(volumes.remove(id)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(new RegExp(`sleep \\(pid ${other.pid}\\) still has it mounted`)),
    });
    expect(readFileSync(join(path, 'file'), 'utf8')).toBe('x');
    expect((await traces(folder)).mounts).toEqual([path]);
    expect(await loopFilesUnder(folder)).toHaveLength(1);
    other.kill('SIGKILL');
    await new Promise((resolve) => other.once('exit', resolve));
    await volumes.remove(id);
    expect(await traces(folder)).toEqual(nothing);
  });
});

describe.skipIf(!has('loop-volumes'))('A10 files of an image', () => {
  const megabytes = async function* (count: number): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < count; i += 1) yield Buffer.alloc(MiB, 1);
  };

  test('our own writes end before the last bytes, without a half file; what is unmounted is never written to', async () => {
    const { volumes, store } = await openBench();
    const { id, path } = await volumes.create({ quotaMb: 40 });
    const files = createVolumeFiles({
      store,
      room: (volume) => volumes.room(volume),
      accept: (volume, device) => volumes.accept(volume, device),
      log: silentLog,
    });
    const jail = files.jail(id);
    expect(await jail.writeWhole('a/ten', megabytes(10))).toBe(10 * MiB);
    await expect(jail.writeWhole('thirty', megabytes(30))).rejects.toMatchObject({ code: 'out_of_space' });
    expect(await jail.list('')).toMatchObject([{ name: 'a' }]);
    expect(files.room(id).left()).toBeGreaterThan(20 * MiB);
    await system('umount', path);
    await expect(jail.list('')).rejects.toMatchObject({ code: 'busy' });
    await expect(jail.makeFolder('b')).rejects.toMatchObject({ code: 'busy' });
    await expect(jail.writeWhole('b', megabytes(1))).rejects.toMatchObject({ code: 'busy' });
    expect(readdirSync(path)).toEqual([]);
    await volumes.ready(id);
    await jail.remove('a', { recursive: true });
    expect(await jail.list('')).toEqual([]);
    await volumes.remove(id);
    await expect(jail.makeFolder('b')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('reading and writing while it is made smaller succeeds or is refused, and nothing is lost', async () => {
    const { volumes, store } = await openBench();
    const { id, path } = await volumes.create({ quotaMb: 64 });
    const files = createVolumeFiles({
      store,
      room: (volume) => volumes.room(volume),
      accept: (volume, device) => volumes.accept(volume, device),
      log: silentLog,
    });
    const written: string[] = [];
    const refused: unknown[] = [];
    const state = { going: true };
    const writer = (async () => {
      for (let i = 0; state.going; i += 1) {
        await files
          .jail(id)
          .writeWhole(`file-${i}`, megabytes(1))
          .then(
            () => written.push(`file-${i}`),
            (error) => refused.push(error.code),
          );
        if (written.length > 10) await files.jail(id).remove(written.shift() ?? '');
      }
    })();
    const resized = await Promise.allSettled([volumes.resize(id, 40)]);
    state.going = false;
    await writer.catch((error) => refused.push(error.code));
    expect(['fulfilled', 'rejected']).toContain(resized[0].status);
    expect(new Set(refused)).toEqual(new Set(refused.length === 0 ? [] : ['busy']));
    await volumes.ready(id);
    for (const name of written) expect(statSync(join(path, name)).size).toBe(MiB);
    expect(volumes.get(id)?.quota_mb).toBe(resized[0].status === 'fulfilled' ? 40 : 64);
  });
});

describe.skipIf(!has('loop-volumes'))('A10 images across starts', () => {
  test('what is mounted already is taken over, what is not (after a reboot) is mounted, never twice', async () => {
    const { volumes, next, folder } = await openBench();
    const kept = await volumes.create({ quotaMb: 16 });
    const lost = await volumes.create({ quotaMb: 16 });
    writeFileSync(join(lost.path, 'file'), 'x');
    await system('umount', lost.path);
    const again = await next();
    expect((await traces(folder)).mounts).toEqual([kept.path, lost.path].sort());
    expect(await loopFilesUnder(folder)).toHaveLength(2);
    expect(readFileSync(join(lost.path, 'file'), 'utf8')).toBe('x');
    expect(again.room(lost.id).left()).toBeGreaterThan(0);
    await Promise.all([kept, lost, kept, lost].map(({ id }) => again.ready(id)));
    expect(await loopFilesUnder(folder)).toHaveLength(2);
  });

  test('an orderly end unmounts all that no server uses', async () => {
    const { volumes, folder } = await openBench();
    await volumes.create({ quotaMb: 16 });
    await volumes.create({ quotaMb: 16 });
    await volumes.close();
    expect(await traces(folder)).toEqual(nothing);
  });

  test('one that was not unmounted is put in order before it is mounted', async () => {
    const { volumes, next, folder } = await openBench();
    const volume = await volumes.create({ quotaMb: 32 });
    const image = imageOf(volume);
    writeFileSync(join(volume.path, 'file'), Buffer.alloc(MiB, 7));
    await system('sync', '-f', volume.path);
    writeFileSync(join(volume.path, 'late'), 'x');
    // As the power goes: the image as it is on the disk now, in the middle of things.
    await system('cp', '--sparse=always', image, `${image}.cut`);
    await volumes.close();
    renameSync(`${image}.cut`, image);
    expect(await system('dumpe2fs', '-h', image)).toContain('needs_recovery');
    await next();
    expect(readFileSync(join(volume.path, 'file')).equals(Buffer.alloc(MiB, 7))).toBe(true);
    expect((await traces(folder)).mounts).toEqual([volume.path]);
  });

  test('one that is damaged is repaired as far as that goes; one that is lost is told, and never an empty folder', async () => {
    const { volumes, next, logged } = await openBench();
    const damaged = await volumes.create({ quotaMb: 32 });
    const lost = await volumes.create({ quotaMb: 32 });
    for (let i = 0; i < 50; i += 1) {
      mkdirSync(join(damaged.path, `folder-${i}`));
      writeFileSync(join(damaged.path, `folder-${i}`, 'file'), randomBytes(9000));
    }
    await volumes.close();
    // The root folder's block and others.
    const image = imageOf(damaged);
    await system('debugfs', '-w', '-R', 'clri <2>', image);
    await system('debugfs', '-w', '-R', 'set_super_value state 0', image);
    renameSync(imageOf(lost), `${imageOf(lost)}.away`);
    const again = await next();
    await again.ready(damaged.id);
    expect(readdirSync(damaged.path)).toEqual(['lost+found']);
    expect(readdirSync(join(damaged.path, 'lost+found'))).toHaveLength(50);
    await expect(again.ready(lost.id)).rejects.toThrow(/image .* is missing/);
    expect(existsSync(lost.path)).toBe(false);
    expect(() => again.room(lost.id).take(1)).toThrow('not mounted');
    await expect(again.quota(lost.id)).rejects.toMatchObject({ code: 'busy' });
    expect(logged.join('\n')).toContain('could not be mounted');
    renameSync(`${imageOf(lost)}.away`, imageOf(lost));
    await again.ready(lost.id);
    expect(again.room(lost.id).left()).toBeGreaterThan(0);
  });

  test('unmounted by hand, it is mounted again before a server starts, but never over files', async () => {
    const { volumes } = await openBench();
    const volume = await volumes.create({ quotaMb: 16 });
    await system('umount', volume.path);
    expect(() => volumes.room(volume.id).take(1)).toThrow('not mounted');
    writeFileSync(join(volume.path, 'stray'), 'x');
    await expect(volumes.ready(volume.id)).rejects.toThrow('is not empty');
    rmSync(join(volume.path, 'stray'));
    await volumes.ready(volume.id);
    volumes.room(volume.id).take(1);
  });

  test.each([
    ['making', { action: 'create' }, null],
    ['deleting', { action: 'delete' }, null],
    ['making larger', { action: 'resize', quota_mb: 64 }, 64],
    ['making smaller', { action: 'resize', quota_mb: 20 }, 32],
  ] as const)('a kill while %s it is put right by the next start', async (_what, pending, quotaMb) => {
    const { volumes, store, next, folder } = await openBench();
    const volume = await volumes.create({ quotaMb: 32 });
    writeFileSync(join(volume.path, 'file'), 'x');
    writeFileSync(`${imageOf(volume)}.new`, 'half');
    store.volumes.put({ ...volume, pending });
    const again = await next();
    expect(existsSync(`${imageOf(volume)}.new`)).toBe(false);
    if (quotaMb === null) {
      expect(again.list()).toEqual([]);
      expect(await traces(folder)).toEqual(nothing);
      expect(existsSync(imageOf(volume))).toBe(false);
    } else {
      expect(again.list()).toEqual([{ ...volume, quota_mb: quotaMb }]);
      expect(readFileSync(join(volume.path, 'file'), 'utf8')).toBe('x');
      const { used, available } = await df(volume.path);
      expect(used + available).toBeGreaterThan(0.7 * quotaMb * MiB);
      expect(used + available).toBeLessThan(quotaMb * MiB);
    }
  });

  test('a grow that got as far as the file is finished by the next start', async () => {
    const { volumes, store, next } = await openBench();
    const volume = await volumes.create({ quotaMb: 32 });
    truncateSync(imageOf(volume), 64 * MiB);
    store.volumes.put({ ...volume, pending: { action: 'resize', quota_mb: 64 } });
    const again = await next();
    expect(again.get(volume.id)?.quota_mb).toBe(64);
    expect((await df(volume.path)).available).toBeGreaterThan(50 * MiB);
  });
});

describe.skipIf(!has('loop-volumes'))('A10 the disk below', () => {
  /** A small disk of its own for the volumes. */
  async function smallDisk(sizeMb: number): Promise<string> {
    const path = join(tempDir(), 'disk');
    mkdirSync(path);
    await system('mount', '-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', path);
    return path;
  }

  test('a sparse volume on a disk that fills up: our writes are refused in time, and it counts as full', async () => {
    const disk = await smallDisk(60);
    const { volumes } = await openBench({ volumesPath: disk });
    const { id } = await volumes.create({ quotaMb: 1024 });
    const room = volumes.room(id);
    expect(room.left()).toBeLessThan(45 * MiB);
    room.take(30 * MiB);
    // It may not be on the disk yet, but it is promised.
    expect(room.left()).toBeLessThan(15 * MiB);
    expect(() => room.take(20 * MiB)).toThrow('The volume has no room for it');
    writeFileSync(join(disk, 'other'), Buffer.alloc(50 * MiB));
    expect(room.left()).toBe(0);
    const quota = await volumes.quota(id);
    expect(quota.size_mb).toBe(1024);
    expect(quota.available_mb).toBeLessThan(10);
  });

  test('no room for the image: that is told, and nothing is left', async () => {
    const disk = await smallDisk(20);
    const { volumes, folder } = await openBench({ volumesPath: disk });
    const first = await volumes.create({ quotaMb: 16 });
    writeFileSync(join(disk, 'other'), Buffer.alloc(0));
    try {
      writeFileSync(join(disk, 'other'), Buffer.alloc(20 * MiB));
    } catch {
      // Now it is full.
    }
    await expect(volumes.create({ quotaMb: 16 })).rejects.toMatchObject({ code: 'out_of_space' });
    await expect(volumes.resize(first.id, 15)).rejects.toMatchObject({ code: 'out_of_space' });
    expect(volumes.list()).toEqual([first]);
    expect((await traces(folder)).mounts).toEqual([]);
    rmSync(join(disk, 'other'));
    await volumes.ready(first.id);
    expect(readdirSync(join(disk, '.images')).filter((name) => name.endsWith('.img'))).toHaveLength(1);
  });

  test('where no image can be mounted, volumes are folders, and the log says why', async () => {
    const run: RunProgram = (program, args, options) =>
      args.includes('mount')
        ? Promise.resolve({ code: 32, output: 'mount: failed to setup loop device' })
        : runProgram(program, args, options);
    const { volumes, logged, folder } = await openBench({ run });
    const volume = await volumes.create({ quotaMb: 16 });
    expect(volume.kind).toBe('folder');
    expect(existsSync(volume.path)).toBe(true);
    expect(logged.join('\n')).toContain('volumes are plain folders');
    expect(logged.join('\n')).toContain('failed to setup loop device');
    expect(readdirSync(join(folder, 'volumes', '.images'))).toEqual(['.lock']);
  });

  test('where loop devices run out later, that volume is a folder, and the log says why', async () => {
    const state = { works: true };
    const run: RunProgram = (program, args, options) =>
      args.includes('mount') && !state.works
        ? Promise.resolve({ code: 32, output: 'mount: failed to setup loop device' })
        : runProgram(program, args, options);
    const { volumes, logged } = await openBench({ run });
    expect((await volumes.create({ quotaMb: 16 })).kind).toBe('image');
    state.works = false;
    const second = await volumes.create({ quotaMb: 16 });
    expect(second.kind).toBe('folder');
    expect(volumes.list()).toHaveLength(2);
    expect(logged.join('\n')).toContain('the volume is a plain folder');
  });
});
