import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ApiClient } from '../support/api-client.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { docker } from '../support/docker-cli.ts';
import { freePort } from '../support/free-port.ts';
import { type HostProcess, startHost } from '../support/host-process.ts';
import { game, gameImage } from '../support/images.ts';
import { Player } from '../support/player.ts';
import { has } from '../support/requirements.ts';
import { connectServer, type ServerSocket } from '../support/socket-client.ts';
import { tempDir } from '../support/temp.ts';
import { tracesOf } from '../support/traces.ts';

const onEnd = suiteCleanup();
const volumeReply = z.object({ volume_id: z.string() });
const compressReply = z.object({ archive_path: z.string(), size: z.number() });
const filesReply = z.object({
  files: z.array(z.object({ name: z.string(), type: z.string(), size: z.number() })),
});
const portsReply = z.object({ ports: z.array(z.object({ port: z.number(), in_use: z.boolean() })) });

/** What a panel does with one server, by the published API alone. */
class Panel {
  readonly api: ApiClient;
  readonly port: number;
  private readonly host: HostProcess;

  constructor(host: HostProcess, token: string, port: number) {
    this.host = host;
    this.api = host.api.with({ token });
    this.port = port;
  }

  async volume(): Promise<string> {
    return (await this.api.post('/volumes', { size: 512 })).parse(volumeReply, 201).volume_id;
  }

  /** Made and installed; its socket. */
  async server(id: string, volume: string): Promise<ServerSocket> {
    const socket = await connectServer({ url: this.host.url, token: this.host.token }, id);
    onEnd(() => socket.terminate());
    onEnd(() =>
      docker('rm', '-f', '-v', `lightd-${id}`).then(
        () => {},
        () => {},
      ),
    );
    (
      await this.api.post('/containers', {
        internal_id: id,
        image: await gameImage(),
        volume_id: volume,
        startup_command: game.startupCommand,
        start_pattern: game.startPattern,
        install_script: 'echo "eula=true" > eula.txt; echo prepared',
        ports: [{ container_port: game.port, host_port: this.port }],
        limits: { memory: 768 * 1024 * 1024, cpu: 2 },
        stop: { command: game.stopCommand, timeout: 60 },
      })
    ).expect(200);
    await socket.waitFor('event', (frame) => frame.data === 'installed', { timeoutMs: 120_000 });
    return socket;
  }

  async power(id: string, action: 'start' | 'stop', socket: ServerSocket): Promise<void> {
    const since = socket.mark();
    (await this.api.post(`/containers/${id}/${action}`)).expect(200);
    const wanted = action === 'start' ? 'running' : 'exit';
    await socket.waitFor('event', (frame) => frame.data === wanted, { since, timeoutMs: 120_000 });
  }

  async join(): Promise<Player> {
    const player = new Player(this.port);
    onEnd(() => player.close());
    await player.sees('spawn');
    return player;
  }

  async download(volume: string, path: string): Promise<Buffer> {
    const made = await this.api.post('/downloads', { volume_id: volume, path });
    const { url } = made.parse(z.object({ url: z.string(), expires_at: z.string() }));
    const reply = await fetch(new URL(url, this.host.url));
    expect(reply.status).toBe(200);
    return Buffer.from(await reply.arrayBuffer());
  }
}

const sha = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
const hostIdOf = async (id: string): Promise<string> =>
  docker('inspect', '--format', '{{index .Config.Labels "lightdeck.host"}}', `lightd-${id}`);

describe.skipIf(!has('game'))("a panel's life", () => {
  it('A1–A11 create, world up, play, memory live, back-up, download, delete: nothing is left behind', async () => {
    const dataDir = tempDir(onEnd);
    const host = await startHost({ dataDir });
    onEnd(() => host.close());
    const made = await host.api.post('/auth/tokens', { ttl: '1h', label: 'panel' });
    const { token } = made.parse(z.object({ token: z.string() }));
    const panel = new Panel(host, token, await freePort());
    (await panel.api.post('/network/ports', { ip: '0.0.0.0', port: panel.port })).expect(200);

    // A world is made, saved, packed and fetched.
    const first = await panel.volume();
    let socket = await panel.server('life-1', first);
    await panel.power('life-1', 'start', socket);
    const hostId = await hostIdOf('life-1');
    const builder = await panel.join();
    await socket.send({ event: 'send_command', command: 'setblock 3 21 3 diamond_block\n' });
    await builder.findsBlock('3 21 3', 'diamond_block');
    // This game forgets a change that comes while it saves that part of the world, as it does when a player joins.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await socket.send({ event: 'send_command', command: 'setblock 3 21 3 diamond_block\n' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await panel.power('life-1', 'stop', socket);
    const packing = { format: 'tar.gz', output_name: 'world-backup' };
    const packed = (await panel.api.post(`/volumes/${first}/compress`, packing)).parse(compressReply);
    const archive = await panel.download(first, packed.archive_path);
    expect(archive.length).toBe(packed.size);
    (await panel.api.delete('/containers/life-1')).expect(200);
    (await panel.api.delete(`/volumes/${first}`)).expect(204);

    // Another server gets the world by upload.
    const second = await panel.volume();
    socket = await panel.server('life-2', second);
    const upload = await panel.api.request('PUT', `/volumes/${second}/content?path=upload/world.tar.gz`, {
      body: archive,
      headers: { 'content-type': 'application/gzip' },
    });
    expect(upload.parse(z.object({ path: z.string(), size: z.number() })).size).toBe(archive.length);
    const unpack = { archive_path: 'upload/world.tar.gz', destination: '.' };
    (await panel.api.post(`/volumes/${second}/decompress`, unpack)).expect(200);
    const listed = (await panel.api.get(`/volumes/${second}/files`)).parse(filesReply);
    expect(listed.files.map(({ name }) => name)).toContain('world');
    await panel.power('life-2', 'start', socket);
    const visitor = await panel.join();
    await visitor.findsBlock('3 21 3', 'diamond_block');

    // More memory, while it runs.
    const memory = 1024 * 1024 * 1024;
    (await panel.api.post('/containers/life-2/resources', { memory, memory_swap: memory })).expect(202);
    const limit = async (): Promise<string> =>
      docker('inspect', '--format', '{{.HostConfig.Memory}}', 'lightd-life-2');
    await expect.poll(limit, { timeout: 60_000 }).toBe(String(memory));
    const frame = await socket.waitFor('stats', ({ memory_limit }) => memory_limit === memory);
    expect(frame.memory_usage).toBeGreaterThan(10_000_000);
    expect((await panel.api.get('/containers/life-2')).parse(z.object({ state: z.string() })).state).toBe(
      'running',
    );

    // A back-up of the running server, fetched twice the same.
    const zipped = { format: 'zip', output_name: 'backup' };
    const backup = (await panel.api.post(`/volumes/${second}/compress`, zipped)).parse(compressReply);
    const once = await panel.download(second, backup.archive_path);
    const again = await panel.api
      .with({})
      .request('GET', `/volumes/${second}/content?path=${backup.archive_path}`);
    expect(once.length).toBe(backup.size);
    expect(again.status).toBe(200);
    expect(sha(once)).toBe(sha(await panel.download(second, backup.archive_path)));

    // All of it goes.
    (await panel.api.delete('/containers/life-2')).expect(200);
    (await panel.api.delete(`/volumes/${second}`)).expect(204);
    const pool = (await panel.api.get('/network/ports')).parse(portsReply);
    expect(pool.ports).toEqual([{ port: panel.port, in_use: false }]);
    (await panel.api.delete(`/network/ports/0.0.0.0/${panel.port}`)).expect(200);
    expect(await tracesOf(dataDir, hostId)).toEqual({
      containers: [],
      networks: [],
      mounts: [],
      loops: [],
      volumes: [],
      images: [],
      consoles: [],
    });
  }, 300_000);
});
