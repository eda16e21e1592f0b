import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, it } from 'vitest';
import { z } from 'zod';
import { lastExitSchema } from '../../shared/model/server.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { type EggImageKind, eggImage } from '../support/egg-images.ts';
import { rounds } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const volumeReply = z.object({ volume_id: z.string(), path: z.string() });
const exitReply = z.object({ last_exit: lastExitSchema.nullable() });

/** A game that takes a second to save. */
const game = `trap 'echo saving; i=0; while [ $i -lt 10 ]; do i=$((i+1)); sleep 0.1; done; echo "saved by \${1:-a signal}"; echo saved > world; exit 0' TERM INT
echo ready
while :; do sleep 0.1; done
`;
/** One that reads single keys, so that the terminal makes no signal of Ctrl+C. */
const keys = `stty raw -echo
echo ready
while :; do
  key=$(dd bs=1 count=1 2> /dev/null | od -An -tx1)
  case $key in *03*) echo saving; sleep 1; echo saved; echo saved > world; exit 0 ;; esac
done
`;

const games = {
  'in the foreground': { startup: 'sh game.sh', told: 'pressed Ctrl+C' },
  'in the background, its log followed by tail': {
    startup: 'sh game.sh > log 2>&1 & tail -n +1 -F log',
    told: 'sent SIGINT to the game in the background',
  },
  'that reads single keys': { startup: 'sh keys.sh', told: 'pressed Ctrl+C' },
} as const;
type GameKind = keyof typeof games;

/** Those that differ most come first: they are tried in each run, all others in long ones. */
const pairs: [EggImageKind, GameKind][] = [
  ['bash', 'in the background, its log followed by tail'],
  ['tini', 'in the foreground'],
  ['ash', 'in the background, its log followed by tail'],
  ['bash', 'that reads single keys'],
  ['bash', 'in the foreground'],
  ['ash', 'in the foreground'],
  ['ash', 'that reads single keys'],
  ['tini', 'in the background, its log followed by tail'],
  ['tini', 'that reads single keys'],
  ['updates', 'in the foreground'],
  ['updates', 'in the background, its log followed by tail'],
  ['updates', 'that reads single keys'],
];

let scene: Scene;
const images = new Map<EggImageKind, Promise<string>>();
beforeAll(async () => {
  scene = await openScene({ onEnd });
});

const imageOf = (kind: EggImageKind): Promise<string> => {
  const image = images.get(kind) ?? eggImage(onEnd, kind);
  images.set(kind, image);
  return image;
};

describe.skipIf(!has('images'))('S13 Ctrl+C as eggs mean it', () => {
  it.concurrent.for(pairs.slice(0, rounds('egg-signals', 1, pairs.length)))(
    'an image like “%s” with a game %s: it saves before it ends',
    async ([kind, gameKind], { expect }) => {
      const { startup, told } = games[gameKind];
      const { api } = scene.host;
      const { volume_id, path } = (await api.post('/volumes')).parse(volumeReply, 201);
      writeFileSync(join(path, 'game.sh'), game);
      writeFileSync(join(path, 'keys.sh'), keys);
      const id = await scene.server({
        image: await imageOf(kind),
        volume_id,
        startup_command: startup,
        entrypoint: 'image',
        egg: { name: 'Signals', uuid: null, sha256: 'a'.repeat(64) },
        start_pattern: 'ready',
        tty: true,
        stop: { signal: 'SIGINT', timeout: 30 },
      });
      const socket = await scene.connect(id);
      (await api.post(`/containers/${id}/start`)).expect(200);
      await socket.waitFor('event', (frame) => frame.data === 'running', { timeoutMs: 60_000 });
      (await api.post(`/containers/${id}/stop`)).expect(200);
      await until(async () => (await scene.state(id)).state === 'exit', { timeoutMs: 60_000 });
      expect(await scene.history(id)).toContain('saved');
      await socket.waitFor('daemon_message', (frame) => frame.data.startsWith(`Stopping: ${told}`));
      const { last_exit } = (await api.get(`/containers/${id}`)).parse(exitReply);
      expect(last_exit?.wanted).toBe(true);
      expect(JSON.stringify(socket.frames)).not.toContain('SIGKILL');
      await socket.close();
    },
  );
});
