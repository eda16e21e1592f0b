import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { utils } from 'ssh2';
import { describe, expect, it, onTestFailed } from 'vitest';
import { z } from 'zod';
import { isOwnName } from '../../main/files/user-path.ts';
import { storePaths } from '../../main/snapshots/format.ts';
import { readManifest } from '../../main/snapshots/manifest.ts';
import { readPackIndex } from '../../main/snapshots/pack-format.ts';
import { listServerCopies } from '../../shared/http/backup-copies.ts';
import { listBackups } from '../../shared/http/backups.ts';
import { listTrash } from '../../shared/http/trash.ts';
import { copyTargetSchema } from '../../shared/model/backup-copy.ts';
import { operationSchema } from '../../shared/model/operation.ts';
import { MiB } from '../../shared/units.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { rounds } from '../support/lane.ts';
import { beginOperation, runOperation } from '../support/operation-end.ts';
import { Random } from '../support/random.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { openSftpWorld, type SftpWorld } from '../support/sftp-world.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const volumeReply = z.object({ volume_id: z.string(), path: z.string() });
const operationsReply = z.object({ operations: z.array(operationSchema) });
const trashReply = z.object({ trash: z.array(z.object({ id: z.string(), path: z.string() })) });

/** Files by path, as hashes of their content; without the host's own folders. */
type Tree = Record<string, string>;

function treeIn(root: string): Tree {
  const files = readdirSync(root, { recursive: true, withFileTypes: true });
  const tree: Tree = {};
  for (const entry of files) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1);
    if (entry.isFile() && !isOwnName(path.split('/')[0] ?? ''))
      tree[path] = createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest('hex');
  }
  return tree;
}

/** An archive of another panel, and what is in it. */
function makeArchive(to: string): Tree {
  const folder = tempDir(onEnd);
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'world'), 'the world of the archive');
  writeFileSync(join(folder, 'big'), Buffer.alloc(8 * MiB, 'x'));
  for (let file = 0; file < 200; file += 1)
    writeFileSync(join(folder, `data/${file}`), `${file} of the archive`.repeat(500));
  execFileSync('tar', ['czf', to, '-C', folder, '.']);
  return treeIn(folder);
}

/** A server at rest whose files, trash and copies are worked with by a host that is killed meanwhile. */
class Victim {
  private readonly scene: Scene;
  private readonly random: Random;
  private readonly id: string;
  private readonly volume: { volume_id: string; path: string };
  private readonly sftp: SftpWorld;
  private readonly target: string;
  private readonly archive: Tree;

  private constructor(parts: {
    scene: Scene;
    random: Random;
    id: string;
    volume: { volume_id: string; path: string };
    sftp: SftpWorld;
    target: string;
    archive: Tree;
  }) {
    ({
      scene: this.scene,
      random: this.random,
      id: this.id,
      volume: this.volume,
      sftp: this.sftp,
      target: this.target,
      archive: this.archive,
    } = parts);
  }

  static async make(scene: Scene, random: Random): Promise<Victim> {
    const { api } = scene.host;
    const volume = (await api.post('/volumes', { size: 128 })).parse(volumeReply, 201);
    const id = await scene.server({ startup_command: 'true', volume_id: volume.volume_id });
    const archive = makeArchive(join(volume.path, 'archive.tar.gz'));
    const sftp = await openSftpWorld(onEnd);
    const { username, password, port } = await sftp.login();
    const key = utils.parseKey(readFileSync(sftp.hostKeyPath));
    if (key instanceof Error) throw key;
    const hash = createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '');
    const login = { host: '127.0.0.1', port, username, password, fingerprint: `SHA256:${hash}` };
    const added = await api.post('/host/backup-targets', { name: 'there', folder: 'copies', ...login });
    const target = added.parse(copyTargetSchema).id;
    return new Victim({ scene, random, id, volume, sftp, target, archive });
  }

  private get api() {
    return this.scene.host.api;
  }

  /** Kills the host at some moment of the operation, sometimes only when it has got as far as this phase; whether it had ended well by then. */
  private async killedIn(operation: string, phase: string, most: number): Promise<boolean> {
    const look = async () => (await this.api.get(`/operations/${operation}`)).parse(operationSchema);
    if (this.random.below(3) > 0)
      await until(
        async () => {
          const { state, progress } = await look();
          return state !== 'running' || progress?.phase === phase;
        },
        { what: `the phase ${phase}`, timeoutMs: 60_000 },
      );
    await pause(this.random.below(most) ** 2);
    const { state, error } = await look();
    if (state === 'failed') throw new Error(error ?? 'it failed');
    await this.scene.host.kill();
    return state === 'done';
  }

  /** It is started again, and nothing of before goes on or is left. */
  private async comesBack(): Promise<void> {
    await this.scene.host.start();
    await until(
      async () => {
        const { operations } = (await this.api.get('/operations')).parse(operationsReply);
        return operations.every(({ state }) => state !== 'running');
      },
      { what: 'the end of what goes on', timeoutMs: 60_000 },
    );
    const { path } = this.volume;
    await until(() => !existsSync(join(path, '.lightdeck-unfinished')) && this.ownNames().length <= 1, {
      what: 'the sweep of unfinished files',
      timeoutMs: 60_000,
    });
  }

  /** Folders of ours in the volume: that of the trash may be there. */
  private ownNames(): string[] {
    return readdirSync(this.volume.path).filter(isOwnName);
  }

  async archiveRestored(): Promise<void> {
    const { path } = this.volume;
    writeFileSync(join(path, 'world'), `a world of ${this.random.below(1e9)}`);
    writeFileSync(join(path, 'own'), `${this.random.below(1e9)}`);
    rmSync(join(path, 'data'), { recursive: true, force: true });
    const before = treeIn(path);
    const clear = this.random.below(2) === 0;
    const own = clear ? { 'archive.tar.gz': before['archive.tar.gz'] } : before;
    const body = { path: 'archive.tar.gz', clear };
    const operation = await beginOperation(this.scene.host, `/containers/${this.id}/backups/archive`, body);
    const isDone = await this.killedIn(operation, 'restoring', 16);
    await this.comesBack();
    const after = treeIn(path);
    const whole = { ...own, ...this.archive };
    const isWhole =
      JSON.stringify(Object.entries(after).sort()) === JSON.stringify(Object.entries(whole).sort());
    if (isDone || isWhole) expect(after).toEqual(whole);
    else expect(after).toEqual(before);
    // What it can be undone from is a backup like the others.
    await this.newestIsSound();
  }

  private async backups(): Promise<string[]> {
    const { backups } = (await this.api.get(`/containers/${this.id}/backups`)).parse(listBackups.reply);
    return backups.map(({ id }) => id);
  }

  private async newestIsSound(): Promise<void> {
    const [newest] = await this.backups();
    if (newest === undefined) return;
    const checked = await runOperation(this.scene.host, `/containers/${this.id}/backups/${newest}/check`);
    expect(checked).toMatchObject({ state: 'done', result: { damaged: [], problems: [] } });
  }

  async trashEmptied(): Promise<void> {
    const { path, volume_id } = this.volume;
    const living = treeIn(path);
    mkdirSync(join(path, 'gone'));
    const paths = ['gone', ...Array.from({ length: 20 }, (_, file) => `gone ${file}`)];
    for (let file = 0; file < 300; file += 1) writeFileSync(join(path, `gone/${file}`), `of ${file}`);
    for (const file of paths.slice(1)) writeFileSync(join(path, file), file);
    const gone = treeIn(path);
    const deleted = (await this.api.post(`/volumes/${volume_id}/delete`, { paths })).parse(trashReply);
    expect(deleted.trash).toHaveLength(paths.length);
    const operation = await beginOperation(this.scene.host, `/volumes/${volume_id}/trash/empty`);
    const isDone = await this.killedIn(operation, 'removing', 10);
    await this.comesBack();
    const { entries, size } = (await this.api.get(`/volumes/${volume_id}/trash`)).parse(listTrash.reply);
    if (isDone) expect(entries).toEqual([]);
    expect(size).toBe(entries.reduce((sum, entry) => sum + entry.size, 0));
    // What is still listed comes back whole.
    const ids = entries.map(({ id }) => id);
    if (ids.length > 0) (await this.api.post(`/volumes/${volume_id}/trash/restore`, { ids })).expect(200);
    const isBack = (file: string): boolean =>
      file in living || entries.some((entry) => file === entry.path || file.startsWith(`${entry.path}/`));
    expect(treeIn(path)).toEqual(Object.fromEntries(Object.entries(gone).filter(([file]) => isBack(file))));
    for (const file of paths) rmSync(join(path, file), { recursive: true, force: true });
    const emptied = await runOperation(this.scene.host, `/volumes/${volume_id}/trash/empty`);
    expect(emptied).toMatchObject({ state: 'done' });
    expect(this.ownNames()).toEqual([]);
    expect(treeIn(path)).toEqual(living);
  }

  async copiesTidied(): Promise<void> {
    const { host } = this.scene;
    const [route, copies] = [
      `/host/backup-targets/${this.target}`,
      `/containers/${this.id}/backup-copies/${this.target}`,
    ];
    await this.api.patch(route, { keep: null });
    for (let backup = 0; backup < 2; backup += 1) {
      const noise = Array.from({ length: 40_000 }, () => this.random.below(1e9)).join();
      writeFileSync(join(this.volume.path, `noise ${backup}`), noise);
      expect(await runOperation(host, `/containers/${this.id}/backups`)).toMatchObject({ state: 'done' });
      const [newest] = await this.backups();
      expect(await runOperation(host, copies, { backup: newest })).toMatchObject({ state: 'done' });
    }
    await this.api.patch(route, { keep: { last: 1, daily: 0, weekly: 0, monthly: 0 } });
    const operation = await beginOperation(host, `${route}/tidy`);
    const isDone = await this.killedIn(operation, 'removing', 16);
    await this.comesBack();
    const listed = async () => (await this.api.get(copies)).parse(listServerCopies.reply).backups;
    const there = await listed();
    if (isDone) expect(there).toHaveLength(1);
    expect(there.map(({ id }) => id)).toContain((await this.backups())[0]);
    for (const { id } of there)
      expect(await runOperation(host, `${copies}/check`, { backup: id })).toMatchObject({ state: 'done' });
    expect(await runOperation(host, `${route}/tidy`)).toMatchObject({ state: 'done' });
    await this.nothingIsLeftThere((await listed()).map(({ id }) => id));
  }

  /** Each file there belongs to a copy that is listed, each pack has something that is needed. */
  private async nothingIsLeftThere(ids: string[]): Promise<void> {
    const paths = storePaths(join(this.sftp.volumes.one, 'copies'));
    const needed = new Set<string>();
    for (const id of ids)
      for await (const { blocks = [] } of readManifest(paths.manifest(id)))
        for (const hash of blocks) if (hash !== null) needed.add(hash);
    const files = readdirSync(paths.snapshots).sort();
    expect(files).toEqual(ids.flatMap((id) => [`${id}.json`, `${id}.manifest.gz`]).sort());
    for (const name of readdirSync(paths.packs, { recursive: true, encoding: 'utf8' })) {
      if (!name.includes('/')) continue;
      const pack = /([0-9a-f]{64})\.pack$/.exec(name)?.[1];
      expect(pack, name).toBeDefined();
      const { entries } = readPackIndex(paths.pack(pack ?? ''), pack ?? '');
      expect(entries.some(({ hash }) => needed.has(hash.toString('hex')))).toBe(true);
    }
    const check = spawnSync(process.execPath, [paths.restoreProgram, 'check'], { encoding: 'utf8' });
    expect(check).toMatchObject({ status: 0, stderr: '' });
  }
}

describe.skipIf(!has('images'))('a host that is killed at any moment', () => {
  it('A24 A38 A39 of putting an archive in place, emptying the trash, or removing old copies: each is whole or undone, and nothing is left', async () => {
    const seed = Number(process.env.LIGHTDECK_TEST_SEED ?? Date.now() % 1_000_000);
    onTestFailed(() => console.info(`seed ${seed}`));
    const random = new Random(seed);
    const victim = await Victim.make(await openScene({ onEnd }), random);
    const count = rounds('archive-kill', 3, 60);
    for (let round = 0; round < count; round += 1) {
      if (round % 3 === 0) await victim.archiveRestored();
      else if (round % 3 === 1) await victim.trashEmptied();
      else await victim.copiesTidied();
    }
  }, 1_800_000);
});
