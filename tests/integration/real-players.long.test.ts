import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lastExitSchema } from '../../shared/model/server.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { freePort } from '../support/free-port.ts';
import { debianGamesImage } from '../support/images.ts';
import { Quake3Player } from '../support/quake3-player.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { TeeworldsPlayer } from '../support/teeworlds-player.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const exitReply = z.object({ last_exit: lastExitSchema.nullable() });
const playersReply = z.looseObject({
  online: z.number().nullable(),
  players: z.array(z.looseObject({ name: z.string() })).nullable(),
});

/** Asks the game until exactly these play. */
async function plays(scene: Scene, id: string, names: string[]): Promise<unknown> {
  let said: unknown;
  await until(
    async () => {
      said = (await scene.host.api.post(`/containers/${id}/players/ask`)).body;
      const { online, players } = playersReply.parse(said);
      return online === names.length && players?.map(({ name }) => name).join() === names.join();
    },
    { timeoutMs: 30_000, everyMs: 300, what: `${names.join()} to play; it says ${JSON.stringify(said)}` },
  );
  return said;
}

async function started(scene: Scene, definition: Parameters<Scene['server']>[0], settings: object) {
  const id = await scene.server(definition);
  (await scene.host.api.patch(`/containers/${id}`, settings)).expect(200);
  const socket = await scene.connect(id);
  await socket.send({ event: 'power', action: 'start' });
  await socket.waitFor('event', (frame) => frame.data === 'running', { timeoutMs: 60_000 });
  return { id, socket };
}

async function port(scene: Scene, protocol: 'tcp' | 'udp'): Promise<number> {
  const free = await freePort();
  (await scene.host.api.post('/network/ports', { ip: '127.0.0.1', port: free, protocol })).expect(200);
  return free;
}

const openArena = [
  'exec /usr/games/openarena-server +set fs_homepath "$PWD" +set dedicated 1 +set net_port 27960 +set sv_pure 0',
  '+set sv_maxclients 8 +set bot_enable 0 +map oa_dm1',
].join(' ');
const teeworlds = [
  'cd /usr/share/games/teeworlds && exec /usr/games/teeworlds-server "sv_port 8303; sv_map dm1; sv_register 0',
  'ec_port 8304; ec_bindaddr 0.0.0.0; ec_password $EC_PASSWORD"',
].join('; ');

// Without `--long` there is neither of them: their image takes a minute to make.
describe.skipIf(!has('debian-games'))('players of Debian’s games', () => {
  it('P2 P3 P6 OpenArena: who is let in is counted and named by its query, and gone when thrown out', async () => {
    const scene = await openScene({ onEnd });
    const host_port = await port(scene, 'udp');
    const { id, socket } = await started(
      scene,
      {
        image: await debianGamesImage(onEnd),
        startup_command: openArena,
        start_pattern: 'items registered',
        ports: [{ ip: '127.0.0.1', container_port: 27_960, host_port, protocol: 'udp' }],
        stop: { command: 'quit', timeout: 30 },
      },
      { players: { query: 'quake3', commands: { kick: 'kick "{name}"' } } },
    );
    expect(await plays(scene, id, [])).toMatchObject({ max: 8, query: { state: 'ok' } });
    const player = new Quake3Player(host_port, 'Ann Bee', 71);
    onEnd(() => player.close());
    await plays(scene, id, ['Ann Bee']);
    (await scene.host.api.post(`/containers/${id}/players/commands/kick`, { name: 'Ann Bee' })).expect(200);
    await plays(scene, id, []);
    const visits = await scene.host.api.get(`/containers/${id}/players/sessions`);
    expect(visits.body).toMatchObject({ sessions: [{ name: 'Ann Bee', until: expect.any(Number) }] });
    await socket.send({ event: 'power', action: 'stop' });
    await until(async () => (await scene.state(id)).state === 'exit', { timeoutMs: 40_000 });
    const reply = (await scene.host.api.get(`/containers/${id}`)).parse(exitReply);
    expect(reply.last_exit).toMatchObject({ wanted: true, code: 0 });
  }, 180_000);

  it('P2 P4 R1 R2 R5 Teeworlds: query and console name a player that comes and goes; its console over TCP obeys', async () => {
    const scene = await openScene({ onEnd });
    const host_port = await port(scene, 'udp');
    const { id, socket } = await started(
      scene,
      {
        image: await debianGamesImage(onEnd),
        startup_command: teeworlds,
        start_pattern: 'version 0\\.7',
        ports: [
          { ip: '127.0.0.1', container_port: 8303, host_port, protocol: 'udp' },
          { ip: '127.0.0.1', container_port: 8304, host_port: await port(scene, 'tcp'), protocol: 'tcp' },
        ],
        stop: { command: 'shutdown', timeout: 30 },
      },
      {
        console: { kind: 'telnet', port: 8304, password: 'EC_PASSWORD' },
        players: {
          query: 'teeworlds',
          console: { join: "team_join player='\\d+:(.*)' team=", leave: "leave player='\\d+:(.*)'" },
        },
      },
    );
    expect(await plays(scene, id, [])).toMatchObject({ max: 8, query: { state: 'ok' } });
    const player = new TeeworldsPlayer(host_port, 'Änn');
    onEnd(() => player.close());
    await socket.waitForText("team_join player='0:Änn'", 30_000);
    expect(await plays(scene, id, ['Änn'])).toMatchObject({ console: { state: 'ok' } });
    await socket.send({ event: 'send_command', command: 'status\n' });
    await socket.waitFor('daemon_message', ({ data }) =>
      /^Console answer to "status":.*name='Änn'/s.test(data),
    );
    player.close();
    await socket.waitForText("leave player='0:Änn'", 30_000);
    await plays(scene, id, []);
    await socket.send({ event: 'power', action: 'stop' });
    await until(async () => (await scene.state(id)).state === 'exit', { timeoutMs: 40_000 });
    const reply = (await scene.host.api.get(`/containers/${id}`)).parse(exitReply);
    expect(reply.last_exit).toMatchObject({ wanted: true, code: 0 });
  }, 180_000);
});
