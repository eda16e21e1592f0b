import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MiB } from '../../shared/units.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { docker } from '../support/docker-cli.ts';
import { freePort } from '../support/free-port.ts';
import { type HostProcess, startHost } from '../support/host-process.ts';
import { busyboxImage } from '../support/images.ts';
import { rounds } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { has } from '../support/requirements.ts';
import { tempDir } from '../support/temp.ts';
import { tracesOf } from '../support/traces.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
/** How long a round's work may go on before the host is killed, in ms. */
const longestRound = 400;
/** Uploads have names that tell their size; an archive holds this many such files. */
const packedFiles = 12;

const containersReply = z.object({
  containers: z.array(
    z.object({
      internal_id: z.string(),
      volume_id: z.string(),
      install_state: z.string(),
      state: z.string(),
      ports: z.array(z.object({ ip: z.string(), host_port: z.number(), protocol: z.string() })),
    }),
  ),
});
const volumesReply = z.object({ volumes: z.array(z.object({ id: z.string(), path: z.string() })) });
const portsReply = z.object({
  ports: z.array(z.object({ port: z.number(), in_use: z.boolean(), used_by: z.string().nullable() })),
});
const filesReply = z.object({
  files: z.array(z.object({ name: z.string(), type: z.string(), size: z.number() })),
});

type World = {
  containers: z.infer<typeof containersReply>['containers'];
  volumes: z.infer<typeof volumesReply>['volumes'];
  ports: z.infer<typeof portsReply>['ports'];
};

/** Does things to a host that is killed meanwhile, and looks whether all that it says afterwards agrees. */
class Vandal {
  readonly host: HostProcess;
  readonly hostId: string;
  private readonly random: Random;
  private readonly image: string;
  private made = 0;

  constructor(parts: { host: HostProcess; hostId: string; random: Random; image: string }) {
    this.host = parts.host;
    this.hostId = parts.hostId;
    this.random = parts.random;
    this.image = parts.image;
  }

  /** Begins three things at once and kills the host somewhere in the middle. Replies that don't come are nobody's business. */
  async round(world: World): Promise<string[]> {
    const works = [this.work(world), this.work(world), this.work(world)];
    const all = works.map(({ run }) => run().catch(() => {}));
    await pause(this.random.below(longestRound));
    await this.host.kill();
    await Promise.all(all);
    return works.map(({ name }) => name);
  }

  async look(): Promise<World> {
    const { api } = this.host;
    return {
      containers: (await api.get('/containers')).parse(containersReply).containers,
      volumes: (await api.get('/volumes')).parse(volumesReply).volumes,
      ports: (await api.get('/network/ports')).parse(portsReply).ports,
    };
  }

  /**
   * Waits until the servers are out of what the kill interrupted, then says all that doesn't agree. `deep`: what the engine, the
   * disk and the mount table have, too.
   */
  async problems(deep: boolean): Promise<string[]> {
    const whenReconciled = async (): Promise<World | null> => {
      const world = await this.look();
      const isBusy = (state: string): boolean => ['installing', 'unknown', 'stopping'].includes(state);
      return world.containers.some(({ state }) => isBusy(state)) ? null : world;
    };
    const world = await until(whenReconciled, { timeoutMs: 60_000, what: 'all servers to settle' });
    const found: string[] = [...this.portProblems(world), ...(await this.fileProblems(world))];
    if (!deep) return found;
    const traces = await tracesOf(this.host.dataDir, this.hostId);
    const servers = new Set(world.containers.map(({ internal_id }) => internal_id));
    for (const name of traces.containers) {
      if (!servers.has(name.replace(/^lightd-/, ''))) found.push(`container ${name} belongs to no server`);
    }
    const volumes = world.volumes.map(({ id }) => id).sort();
    const beyond = (what: string, names: string[], id: (name: string) => string): void => {
      for (const name of names)
        if (!volumes.includes(id(name))) found.push(`${what} ${name} belongs to no volume`);
    };
    beyond('folder', traces.volumes, (name) => name);
    beyond('image', traces.images, (name) => name.replace(/\.[^.]*$/, ''));
    beyond('mount', traces.mounts, (path) => path.split('/').at(-1) ?? '');
    for (const id of volumes) if (!traces.volumes.includes(id)) found.push(`volume ${id} has no folder`);
    if (new Set(traces.mounts).size !== traces.mounts.length) found.push('a volume is mounted twice');
    for (const id of servers) {
      const volume = world.containers.find(({ internal_id }) => internal_id === id)?.volume_id;
      if (!volume || !volumes.includes(volume)) found.push(`the volume of server ${id} is gone`);
    }
    return found;
  }

  private portProblems({ containers, ports }: World): string[] {
    const held = new Map(
      containers.flatMap(({ internal_id, ports: own }) =>
        own.map(({ host_port }) => [host_port, internal_id] as const),
      ),
    );
    return ports.flatMap(({ port, used_by }) =>
      used_by === (held.get(port) ?? null)
        ? []
        : [`port ${port} is held by ${used_by}, not ${held.get(port)}`],
    );
  }

  /** A file that is there has all of its bytes; nobody sees an unfinished one. */
  private async fileProblems({ volumes }: World): Promise<string[]> {
    const found: string[] = [];
    for (const { id } of volumes) {
      for (const folder of ['', 'src', 'out']) {
        const reply = await this.host.api.get(`/volumes/${id}/files?path=${folder}`);
        if (reply.status === 404 && folder !== '') continue;
        for (const { name, size, type } of reply.parse(filesReply).files) {
          if (type === 'directory' || /^pack-\d+\.(zip|tar\.gz)$/.test(name)) continue;
          const expected = /^f\d+-(\d+)\.bin$/.exec(name)?.[1];
          if (expected === undefined) found.push(`volume ${id} shows ${folder}/${name}`);
          else if (Number(expected) !== size) found.push(`${folder}/${name} has ${size} bytes`);
        }
      }
    }
    return found;
  }

  private work(world: World): { name: string; run: () => Promise<void> } {
    const { api } = this.host;
    const volume = this.random.pick(world.volumes);
    const server = this.random.pick(world.containers);
    const number = this.made++;
    const freeVolumes = world.volumes.filter(({ id }) =>
      world.containers.every((one) => one.volume_id !== id),
    );
    const roll = this.random.below(12);
    if (!volume || (roll === 0 && world.volumes.length < 6)) {
      return { name: 'create volume', run: async () => void (await api.post('/volumes', { size: 64 })) };
    }
    if (roll <= 2 && world.containers.length < 5) return this.creation(number, volume.id, world);
    if (roll <= 4) return { name: 'upload', run: () => this.upload(volume.id, number) };
    if (roll === 5) {
      const size = 64 + this.random.below(4) * 16;
      return {
        name: 'resize',
        run: async () => void (await api.post(`/volumes/${volume.id}/resize`, { size })),
      };
    }
    if (roll === 6) {
      const format = this.random.pick(['zip', 'tar.gz']) ?? 'zip';
      const body = { format, output_name: `pack-${number}`, path: 'src' };
      return {
        name: 'compress',
        run: async () => void (await api.post(`/volumes/${volume.id}/compress`, body)),
      };
    }
    if (roll === 7) return { name: 'extract', run: () => this.extract(volume.id) };
    const free = this.random.pick(freeVolumes);
    if (roll === 8 && free && world.volumes.length > 2) {
      return { name: 'delete volume', run: async () => void (await api.delete(`/volumes/${free.id}`)) };
    }
    if (!server) return { name: 'upload', run: () => this.upload(volume.id, number) };
    if (roll === 9) {
      return {
        name: 'delete',
        run: async () => void (await api.delete(`/containers/${server.internal_id}`)),
      };
    }
    const action = this.random.pick(['start', 'stop', 'restart', 'kill', 'reinstall']) ?? 'start';
    return {
      name: action,
      run: async () => void (await api.post(`/containers/${server.internal_id}/${action}`)),
    };
  }

  private creation(
    number: number,
    volumeId: string,
    { ports }: World,
  ): { name: string; run: () => Promise<void> } {
    const port = this.random.pick(ports);
    const id = `k${this.hostId.slice(0, 6)}-${number}`;
    const body = {
      internal_id: id,
      image: this.image,
      volume_id: volumeId,
      startup_command: 'echo up; sleep 1000',
      start_pattern: 'up',
      install_script: 'echo installing; usleep 150000; echo installed',
      stop: { signal: 'SIGKILL', timeout: 1 },
      ports: port ? [{ container_port: 80, host_port: port.port }] : [],
    };
    return { name: 'create', run: async () => void (await this.host.api.post('/containers', body)) };
  }

  private async upload(volumeId: string, number: number): Promise<void> {
    const size = this.random.below(6 * MiB);
    const url = `/volumes/${volumeId}/content?path=f${number}-${size}.bin`;
    await this.host.api.request('PUT', url, {
      body: Buffer.alloc(size, number),
      headers: { 'content-type': 'application/octet-stream' },
    });
  }

  /** Packs files of known sizes (on first use), then unpacks them into `out`. */
  private async extract(volumeId: string): Promise<void> {
    const { api } = this.host;
    const listed = await api.get(`/volumes/${volumeId}/files?path=src`);
    const packed = listed.status === 200 ? listed.parse(filesReply).files : [];
    const known = packed.find(({ name }) => name.startsWith('pack-'))?.name;
    let archive = known === undefined ? undefined : `src/${known}`;
    if (!archive) {
      for (let n = 0; n < packedFiles; n += 1) {
        const size = 20_000 * (n + 1);
        await api.request('PUT', `/volumes/${volumeId}/content?path=src/f${n}-${size}.bin`, {
          body: randomBytes(size),
          headers: { 'content-type': 'application/octet-stream' },
        });
      }
      const made = await api.post(`/volumes/${volumeId}/compress`, {
        format: 'zip',
        output_name: 'pack-0',
        path: 'src',
      });
      archive = made.parse(z.object({ archive_path: z.string() })).archive_path;
    }
    await api.post(`/volumes/${volumeId}/decompress`, { archive_path: archive, destination: 'out' });
  }
}

/** Of the first container that a host makes. */
async function hostIdOf(host: HostProcess, image: string): Promise<string> {
  const volume = (await host.api.post('/volumes', { size: 64 })).parse(
    z.object({ volume_id: z.string() }),
    201,
  );
  const id = `k${randomBytes(4).toString('hex')}`;
  const definition = { internal_id: id, image, volume_id: volume.volume_id, startup_command: 'sleep 1000' };
  (await host.api.post('/containers', definition)).expect(200);
  const state = async (): Promise<string> =>
    (await host.api.get(`/containers/${id}`)).parse(z.object({ state: z.string() })).state;
  await until(async () => (await state()) === 'installed', { timeoutMs: 60_000 });
  (await host.api.post(`/containers/${id}/start`)).expect(200);
  await until(async () => (await state()) === 'running', { timeoutMs: 60_000 });
  return docker('inspect', '--format', '{{index .Config.Labels "lightdeck.host"}}', `lightd-${id}`);
}

async function removeAll(host: HostProcess): Promise<void> {
  const containers = (await host.api.get('/containers')).parse(containersReply).containers;
  for (const { internal_id } of containers) (await host.api.delete(`/containers/${internal_id}`)).expect(200);
  const volumes = (await host.api.get('/volumes')).parse(volumesReply).volumes;
  for (const { id } of volumes) (await host.api.delete(`/volumes/${id}`)).expect(204);
}

describe.skipIf(!has('images'))('killed anywhere', () => {
  it('A4–A10 kills in the middle of create, install, upload, extract, resize, delete: all agrees, all can be used or deleted', async () => {
    const seed = Number(process.env.LIGHTDECK_TEST_SEED ?? Date.now() % 1_000_000);
    const dataDir = tempDir(onEnd);
    const host = await startHost({ dataDir });
    onEnd(() => host.close());
    const image = await busyboxImage();
    const hostId = await hostIdOf(host, image);
    onEnd(() => removeContainers(hostId));
    for (let n = 0; n < 4; n += 1) {
      (await host.api.post('/network/ports', { ip: '127.0.0.1', port: await freePort() })).expect(200);
    }
    const vandal = new Vandal({ host, hostId, random: new Random(seed), image });
    const count = rounds('kill-anywhere', 2, 100);
    for (let round = 0; round < count; round += 1) {
      const works = await vandal.round(await vandal.look());
      await host.start();
      // Asking the engine costs more than all else, and nothing heals by itself that a later look could miss.
      const problems = await vandal.problems(round % 4 === 3);
      expect(problems, `seed ${seed}, round ${round} (${works.join(', ')})`).toEqual([]);
    }
    await removeAll(host);
    const traces = await tracesOf(dataDir, hostId);
    expect({ ...traces, networks: [] }).toEqual({
      containers: [],
      networks: [],
      mounts: [],
      loops: [],
      volumes: [],
      images: [],
      consoles: [],
    });
  }, 900_000);
});

/** What a host that failed in the middle has left in the engine. */
async function removeContainers(hostId: string): Promise<void> {
  const filter = `label=lightdeck.host=${hostId}`;
  const containers = await docker('ps', '-aq', '--filter', filter);
  for (const id of containers.split('\n').filter(Boolean)) await docker('rm', '-f', '-v', id).catch(() => '');
  const networks = await docker('network', 'ls', '-q', '--filter', filter);
  for (const id of networks.split('\n').filter(Boolean)) await docker('network', 'rm', id).catch(() => '');
}
