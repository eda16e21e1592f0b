import { describe, expect, it } from 'vitest';
import { listBackups } from '../../shared/http/backups.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { freePort } from '../support/free-port.ts';
import { game, gameImage } from '../support/images.ts';
import { isLong, rounds } from '../support/lane.ts';
import { beginOperation, operationEnd, runOperation } from '../support/operation-end.ts';
import { Player } from '../support/player.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();

/**
 * The game knows neither of Minecraft's three commands for saving; this gives it those, with Minecraft's words. Also, it forgets a
 * change that comes while it saves the same part of the world: here it is saved again.
 */
const withSaving = `
import { createRequire } from 'node:module';
const squid = createRequire('/opt/game/start.mjs')('flying-squid');
const create = squid.createMCServer;
squid.createMCServer = (settings) => {
  const server = create(settings);
  server.once('ready', () => {
    const world = server.overworld;
    let saving = Promise.resolve();
    // Minecraft's own interval: what was built since is in memory alone.
    world.stopSaving();
    world.savingInterval = 300_000;
    world.startSaving();
    world.saveNow = () => (saving = saving.then(async () => {
      const due = [...world.savingQueue];
      world.savingQueue.clear();
      await Promise.all(due.map(([key, { chunkX, chunkZ }]) => world.storageProvider.save(chunkX, chunkZ, world.columns[key])));
    }));
    const command = (base, action) => server.commands.add({ base, info: base, usage: '/' + base, op: true, parse: () => [], action });
    command('save-off', () => { world.stopSaving(); server.info('Automatic saving is now disabled'); });
    command('save-all', async () => { await world.saveNow(); server.info('Saved the game'); });
    command('save-on', () => { world.startSaving(); server.info('Automatic saving is now enabled'); });
  });
  return server;
};
await import('/opt/game/start.mjs');
`;

const freeze = {
  before: ['save-off', 'save-all flush'],
  wait_for: '^[^<]*Saved the (game|world)',
  timeout: 60,
  after: ['save-on'],
};

async function play(port: number): Promise<Player> {
  const player = new Player(port);
  onEnd(() => player.close());
  await player.sees('spawn');
  return player;
}

/** Puts one block after the other until it is told to stop; none above another one that isn't there yet. */
function keepBuilding(player: Player, from: number): () => number {
  let number = from;
  const timer = setInterval(() => {
    player.order(`build ${placeOf(number)} stone`);
    number += 1;
  }, 15);
  onEnd(() => clearInterval(timer));
  return () => {
    clearInterval(timer);
    return number;
  };
}

/** Over several parts of the world around where the player begins. */
const placeOf = (number: number): string =>
  `${(number * 7) % 31} ${20 + (Math.floor(number / 961) % 60)} ${Math.floor(number / 31) % 31}`;

describe.skipIf(!has('game'))('a real world', () => {
  it(
    'A30 A32 A33 is backed up while it is built in: every block that was there when it began is in a new server, and a rehearsal starts it',
    async () => {
      const scene = await openScene({ onEnd });
      const { api } = scene.host;
      const [port, second] = [await freePort(), await freePort()];
      for (const one of [port, second])
        (await api.post('/network/ports', { ip: '0.0.0.0', port: one, protocol: 'tcp' })).expect(200);
      const id = await scene.server({
        image: await gameImage(),
        startup_command: 'exec node with-saving.mjs',
        start_pattern: game.startPattern,
        install_script: `mkdir -p world; echo '{"everybody-op":true}' > settings.json; cat > with-saving.mjs <<'END'\n${withSaving}\nEND`,
        ports: [{ container_port: game.port, host_port: port }],
        stop: { command: game.stopCommand, timeout: 60 },
      });
      (await api.patch(`/containers/${id}`, { freeze })).expect(200);
      const socket = await scene.connect(id);
      await socket.send({ event: 'power', action: 'start' });
      await socket.waitFor('event', (frame) => frame.data === 'running', { timeoutMs: 90_000 });
      const player = await play(port);

      let next = 0;
      let confirmed: string[] = [];
      const count = rounds('backups of a world that is built in', 1, 8);
      for (let round = 1; round <= count; round += 1) {
        const stop = keepBuilding(player, next);
        const enough = confirmed.length + 40;
        await until(() => player.built.length > enough, {
          everyMs: 5,
          timeoutMs: 60_000,
          what: 'some blocks',
        });
        // Confirmed to the player, and not on the disk yet.
        confirmed = [...player.built];
        const made = await runOperation(scene.host, `/containers/${id}/backups`);
        expect(made).toMatchObject({ state: 'done', error: null });
        await socket.waitForText(new RegExp(`(Automatic saving is now enabled[^]*){${round}}`));
        const before = player.built.length;
        await until(() => player.built.length > before, { everyMs: 5, what: 'it to go on' });
        next = stop();
      }
      const { backups } = (await api.get(`/containers/${id}/backups`)).parse(listBackups.reply);
      expect(backups).toHaveLength(count);
      const backup = backups[0];
      expect(backup).toMatchObject({ how: 'frozen', damaged: 0, unsteady: { count: 0 } });
      player.close();

      const copy = `${id}-copy`;
      scene.adopt(copy);
      const become = await beginOperation(scene.host, `/containers/${id}/backups/${backup?.id}/server`, {
        internal_id: copy,
      });
      expect(await operationEnd(scene.host, become)).toMatchObject({ state: 'done', error: null });
      (await api.post(`/containers/${copy}/start`)).expect(200);
      const rehearsal = await beginOperation(scene.host, `/containers/${id}/backups/${backup?.id}/rehearse`);
      await until(async () => (await scene.state(copy)).state === 'running', { timeoutMs: 90_000 });
      const guest = await play(second);
      await guest.findsAll(confirmed);
      guest.close();
      const rehearsed = await operationEnd(scene.host, rehearsal);
      expect(rehearsed).toMatchObject({ state: 'done', result: { rehearsal: { ok: true } } });
      await socket.close();
    },
    isLong ? 600_000 : 180_000,
  );
});
