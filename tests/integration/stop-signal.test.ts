import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, it } from 'vitest';
import { z } from 'zod';
import { lastExitSchema } from '../../shared/model/server.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { busyboxName, debianName } from '../support/images.ts';
import { someOf } from '../support/lane.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const volumeReply = z.object({ volume_id: z.string(), path: z.string() });
const exitReply = z.object({ last_exit: lastExitSchema.nullable() });

/** A game in the shell that takes a second to save, in a file of its own: it ends with 3. */
const game = `trap 'echo saving; i=0; while [ $i -lt 10 ]; do i=$((i+1)); sleep 0.1; done; echo saved; exit 3' TERM INT
echo ready
while :; do sleep 0.1; done
`;
const commands: [string, string, number | null][] = [
  ['a script', 'sh game.sh', 3],
  ['behind a change of folder', 'cd /home/container && sh game.sh', 3],
  ['with more after it', 'sh game.sh; echo after', 0],
  ['in a script of its own', 'sh start.sh', 3],
  ['in the background', 'sh game.sh & wait', null],
  ['in a script that starts it anew', 'while :; do sh game.sh; done', null],
  ['replacing the shell', 'exec sh game.sh', 3],
];

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ onEnd });
});

/** A volume with the game in it. */
async function gameVolume(): Promise<string> {
  const { volume_id, path } = (await scene.host.api.post('/volumes')).parse(volumeReply, 201);
  writeFileSync(join(path, 'game.sh'), game);
  writeFileSync(join(path, 'start.sh'), 'cd /home/container\nsh game.sh\n');
  return volume_id;
}

const images = [
  ['Debian', debianName],
  ['busybox', busyboxName],
] as const;
const rank = ({ kind, what, signal }: { kind: string; what: string; signal: string }): number =>
  signal === 'SIGTERM' && (what === 'in the background' || (what === 'a script' && kind === 'busybox'))
    ? 0
    : 1;
const cases = images.flatMap(([kind, image]) =>
  commands.flatMap(([what, command, code]) =>
    (['SIGTERM', 'SIGINT'] as const).map((signal) => ({ kind, image, what, command, code, signal })),
  ),
);

/** Every form with Debian’s shell, which does not replace itself; of the rest those that differ. The first tell most. */
const tried = cases
  .filter(({ kind, signal, what }) => (kind === 'Debian' && signal === 'SIGTERM') || what === 'a script')
  .sort((a, b) => rank(a) - rank(b));

// Several at a time: most of each is waiting.
it.concurrent.for(someOf(tried, 3))(
  'G4 S14 $signal reaches a game $what on $kind, which saves before it ends',
  async ({ image, command, code, signal }, { expect }) => {
    const { api } = scene.host;
    const id = await scene.server({
      image,
      volume_id: await gameVolume(),
      startup_command: command,
      start_pattern: 'ready',
      tty: false,
      stop: { signal, timeout: 30 },
    });
    (await api.post(`/containers/${id}/start`)).expect(200);
    await until(async () => (await scene.state(id)).state === 'running');
    (await api.post(`/containers/${id}/stop`)).expect(200);
    await until(async () => (await scene.state(id)).state === 'exit', { timeoutMs: 60_000 });
    const history = await scene.history(id);
    expect(history).toContain('saving');
    expect(history).toContain('saved');
    const { last_exit } = (await api.get(`/containers/${id}`)).parse(exitReply);
    expect(last_exit?.wanted).toBe(true);
    // A shell that plays the game ends as its own programs did when Ctrl+C came.
    if (code !== null && signal === 'SIGTERM') expect(last_exit?.code).toBe(code);
  },
);
