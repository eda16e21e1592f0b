import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { suiteCleanup } from '../support/cleanup.ts';
import { freePort } from '../support/free-port.ts';
import { game, gameImage } from '../support/images.ts';
import { Player } from '../support/player.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const playersSchema = z.object({
  online: z.number().nullable(),
  players: z.array(z.object({ name: z.string() })).nullable(),
});

const onEnd = suiteCleanup();

describe.skipIf(!has('game'))('a real game', () => {
  it('S10 S12 S13 installs, becomes running by its pattern, takes players and commands, saves on a graceful stop, and finds its world again', async () => {
    const scene = await openScene({ onEnd });
    const port = await freePort();
    (await scene.host.api.post('/network/ports', { ip: '0.0.0.0', port, protocol: 'tcp' })).expect(200);
    const id = await scene.server({
      image: await gameImage(),
      startup_command: game.startupCommand,
      start_pattern: 'Server listening on port',
      install_script: 'echo "preparing the world folder"; mkdir -p world; echo done',
      ports: [{ container_port: game.port, host_port: port }],
      stop: { command: game.stopCommand, timeout: 60 },
      limits: { memory: 1024 * 1024 * 1024 },
    });
    expect(await scene.history(id)).toBe('preparing the world folder\ndone\n');
    (
      await scene.host.api.patch(`/containers/${id}`, {
        players: {
          query: 'minecraft',
          console: { join: '(\\w+) \\(\\S*\\) connected$', leave: '(\\w+) disconnected$' },
        },
      })
    ).expect(200);
    /** P2–P5: so say the console and, asked now, the game itself. */
    const plays = async (names: string[]): Promise<void> => {
      let said: unknown;
      await until(
        async () => {
          said = (await scene.host.api.post(`/containers/${id}/players/ask`)).body;
          const reply = playersSchema.parse(said);
          return (
            reply.online === names.length &&
            isDeepStrictEqual(
              reply.players?.map(({ name }) => name),
              names,
            )
          );
        },
        { timeoutMs: 30_000, what: `${names.join()} to play; it says ${JSON.stringify(said)}` },
      );
      expect(said).toMatchObject({ query: { state: 'ok' }, console: { state: 'ok' } });
    };
    const socket = await scene.connect(id);
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', (frame) => frame.data === 'running', { timeoutMs: 90_000 });
    await socket.waitFor('daemon_message', (frame) => frame.data === 'Server started');
    expect(socket.console.text).toMatch(/Server listening on port \d+/);

    const first = new Player(port);
    onEnd(() => first.close());
    await first.sees('spawn');
    await socket.waitForText(/Steve.*connected/i);
    await plays(['Steve']);
    await socket.send({ event: 'send_command', command: 'say hello from the host\n' });
    await first.sees('chat', 'hello from the host');
    first.order('say good evening');
    await socket.waitForText('good evening');
    await socket.send({ event: 'send_command', command: 'setblock 2 20 2 gold_block\n' });
    await first.findsBlock('2 20 2', 'gold_block');
    // This game forgets a change that comes while it saves the same part of the world, as it does when a player joins:
    // so the block is set once more, in peace.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await socket.send({ event: 'send_command', command: 'setblock 2 20 2 gold_block\n' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await socket.waitFor('stats', (frame) => frame.network_rx > 0 && frame.memory_usage > 10_000_000, {
      timeoutMs: 60_000,
    });

    first.close();
    await socket.waitForText('Steve disconnected');
    await plays([]);
    const visits = await scene.host.api.get(`/containers/${id}/players/sessions`);
    expect(visits.body).toMatchObject({ sessions: [{ name: 'Steve', until: expect.any(Number) }] });

    const mark = socket.mark();
    await socket.send({ event: 'power', action: 'stop' });
    await socket.waitFor('event', (frame) => frame.data === 'exit', { since: mark, timeoutMs: 60_000 });
    expect(socket.console.text).toContain('World saved');
    expect(socket.all('daemon_message', mark).some((frame) => frame.data.includes('killing'))).toBe(false);

    const again = socket.mark();
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', (frame) => frame.data === 'running', { since: again, timeoutMs: 90_000 });
    const second = new Player(port);
    onEnd(() => second.close());
    await second.sees('spawn');
    await second.findsBlock('2 20 2', 'gold_block');
    await socket.send({ event: 'power', action: 'kill' });
    await socket.waitFor('event', (frame) => frame.data === 'exit', { since: again });
    expect(socket.console.problems).toEqual([]);
    expect(socket.badFrames).toEqual([]);
  }, 240_000);
});
