import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFailed } from 'vitest';
import { z } from 'zod';
import { listBackups } from '../../shared/http/backups.ts';
import { type Operation, operationSchema } from '../../shared/model/operation.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { rounds } from '../support/lane.ts';
import { runOperation } from '../support/operation-end.ts';
import { Random } from '../support/random.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const volumesReply = z.object({ volumes: z.array(z.object({ id: z.string() })) });
const operationsReply = z.object({ operations: z.array(operationSchema) });

/** Says that it is ready once it has found its world, and saves when it is told to. */
const game = `
  [ -f world ] || { echo "no world"; exit 3; }
  echo "ready with $(cat world)"
  while read -r line; do
    case "$line" in save) echo "all is saved";; go) echo "going on";; esac
  done`;
const freeze = { before: ['save'], wait_for: 'all is saved', timeout: 20, after: ['go'] };

/** One server with some files, whose backups are worked with by a host that is killed meanwhile. */
class Victim {
  readonly scene: Scene;
  readonly id: string;
  private readonly folder: string;
  private readonly volume: string;
  /** Backups that were called made, and were not being deleted since. */
  private good = new Set<string>();

  private constructor(scene: Scene, id: string, volume: { volume_id: string; path: string }) {
    this.scene = scene;
    this.id = id;
    this.volume = volume.volume_id;
    this.folder = volume.path;
  }

  static async make(scene: Scene): Promise<Victim> {
    const { api } = scene.host;
    const schema = z.object({ volume_id: z.string(), path: z.string() });
    const volume = (await api.post('/volumes', { size: 96 })).parse(schema, 201);
    const id = await scene.server({
      startup_command: game,
      start_pattern: 'ready with',
      tty: false,
      volume_id: volume.volume_id,
      install_script: 'echo "a world" > world; head -c 9000000 /dev/urandom > huge',
      stop: { signal: 'SIGKILL', timeout: 5 },
    });
    (await api.patch(`/containers/${id}`, { freeze })).expect(200);
    (await api.post(`/containers/${id}/start`)).expect(200);
    const victim = new Victim(scene, id, volume);
    await victim.runs();
    return victim;
  }

  async runs(): Promise<void> {
    const { scene, id } = this;
    await until(async () => (await scene.state(id)).state === 'running', {
      what: 'it to run',
      timeoutMs: 60_000,
    });
  }

  async backups() {
    return (await this.scene.host.api.get(`/containers/${this.id}/backups`)).parse(listBackups.reply).backups;
  }

  /** Begins this and kills the host at some moment of it. */
  async killedWhile(work: string, random: Random): Promise<void> {
    const { api } = this.scene.host;
    const [newest, ...older] = await this.backups();
    writeFileSync(join(this.folder, `file ${random.below(20)}`), random.below(1e9).toString().repeat(10_000));
    const path = `/containers/${this.id}/backups`;
    const begin = async (): Promise<{ id: string }> => {
      if (work === 'restore' && newest)
        return (await api.post(`${path}/${newest.id}/restore`, { stop: true })).parse(operationSchema, 202);
      if (work === 'rehearse' && newest)
        return (await api.post(`${path}/${newest.id}/rehearse`)).parse(operationSchema, 202);
      const oldest = older.at(-1);
      if (work !== 'prune' || !oldest || !newest) return (await api.post(path)).parse(operationSchema, 202);
      this.good.delete(oldest.id);
      return (await api.delete(`${path}/${oldest.id}`)).parse(operationSchema, 202);
    };
    const { id } = await begin();
    await pause(random.below(40) ** 2);
    await api.get(`/operations/${id}`).then(
      (reply) => this.learn(reply.parse(operationSchema)),
      () => {},
    );
    await this.scene.host.kill();
  }

  /** After the start: what was begun has ended or is undone, nothing is left of it, and what was called good is. */
  async expectWhole(): Promise<void> {
    const { scene, id } = this;
    const { api } = scene.host;
    await until(async () => (await this.running()).length === 0, {
      what: 'restores to go on',
      timeoutMs: 60_000,
    });
    await until(
      async () => {
        const { state } = await scene.state(id);
        // A restore's host was killed while it was stopped.
        if (state === 'exit') await api.post(`/containers/${id}/start`);
        return state === 'running';
      },
      { what: 'it to run', timeoutMs: 60_000 },
    );
    const listed = await this.backups();
    const ids = listed.map((one) => one.id);
    expect(ids).toEqual(expect.arrayContaining([...this.good]));
    this.good = new Set(ids);
    await until(async () => (await this.heldStill()) === false, {
      what: 'it to be told to go on',
      timeoutMs: 60_000,
    });
    await until(async () => (await this.leftBehind()).length === 0, { what: 'the sweep', timeoutMs: 60_000 });
    expect(readFileSync(join(this.folder, 'world'), 'utf8')).toBe('a world\n');
    const [newest] = listed;
    if (newest) await this.expectSound(newest.id);
  }

  async expectSound(backup: string): Promise<void> {
    const checked = await runOperation(this.scene.host, `/containers/${this.id}/backups/${backup}/check`);
    expect(checked).toMatchObject({ state: 'done', result: { damaged: [], problems: [] } });
  }

  private learn({ state, result }: Operation): void {
    const made = z.object({ backup: z.object({ id: z.string() }) }).safeParse(result);
    if (state === 'done' && made.success) this.good.add(made.data.backup.id);
  }

  private async running(): Promise<Operation[]> {
    const { operations } = (await this.scene.host.api.get('/operations')).parse(operationsReply);
    return operations.filter(({ state }) => state === 'running');
  }

  /** Whether the run that goes on was told to save, and not to go on. */
  private async heldStill(): Promise<boolean> {
    const text = await this.scene.history(this.id);
    const run = text.slice(text.lastIndexOf('ready with'));
    return run.lastIndexOf('all is saved') > run.lastIndexOf('going on');
  }

  /** Containers and networks of rehearsals, and volumes that are no server's. */
  private async leftBehind(): Promise<string[]> {
    const { docker, host } = this.scene;
    const label = '{{index .Config.Labels "lightdeck.host"}}';
    const hostId = (await docker('inspect', '-f', label, this.scene.container(this.id))).trim();
    const [role, own] = ['label=lightdeck.role=rehearsal', `label=lightdeck.host=${hostId}`];
    const found = [
      await docker('ps', '-a', '--filter', role, '--filter', own, '--format', '{{.Names}}'),
      await docker(
        'network',
        'ls',
        '--filter',
        'name=lightd-rehearsal-',
        '--filter',
        own,
        '--format',
        '{{.Name}}',
      ),
    ];
    const { volumes } = (await host.api.get('/volumes')).parse(volumesReply);
    const strange = volumes.map(({ id }) => id).filter((id) => id !== this.volume);
    return [...found.flatMap((text) => text.split('\n')).filter((line) => line !== ''), ...strange];
  }
}

describe.skipIf(!has('images'))(
  'A30 a host that is killed at any moment of a backup, a deletion, a restore or a rehearsal',
  () => {
    it('A31 A32 A33 loses no backup that was called made, lets the game go on, and clears away what it began', async () => {
      const seed = Number(process.env.LIGHTDECK_TEST_SEED ?? Date.now() % 1_000_000);
      onTestFailed(() => console.info(`seed ${seed}`));
      const random = new Random(seed);
      const scene = await openScene({ onEnd });
      const victim = await Victim.make(scene);
      await runOperation(scene.host, `/containers/${victim.id}/backups`);
      const works = ['backup', 'rehearse', 'restore', 'prune'];
      const count = rounds('backups-kill', 1, 60);
      for (let round = 0; round < count; round += 1) {
        await victim.killedWhile(works[round % works.length] ?? '', random);
        await scene.host.start();
        await victim.expectWhole();
      }
      for (const { id } of await victim.backups()) await victim.expectSound(id);
      const [newest] = await victim.backups();
      const rehearsed = await runOperation(
        scene.host,
        `/containers/${victim.id}/backups/${newest?.id}/rehearse`,
      );
      expect(rehearsed).toMatchObject({ state: 'done', result: { rehearsal: { ok: true } } });
    }, 1_800_000);
  },
);
