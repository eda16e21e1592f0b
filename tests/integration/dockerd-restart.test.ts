import { beforeAll, describe, expect, it } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
import { type Docker, dockerAt } from '../support/docker-cli.ts';
import { longTest, rounds } from '../support/lane.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { numberingProblem, openScene, type Scene, thousandLinesASecond } from '../support/scene.ts';
import { connectHost } from '../support/socket-client.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const lineNumbers = (text: string): number[] =>
  [...text.matchAll(/^line (\d+)$/gm)].map((match) => Number(match[1]));

/**
 * The engine can lose a line for good: one that it had read from the program but neither logged nor passed on when it ended. So the history
 * must have every number in order and once, but for such holes as are in the engine's own log as well.
 */
function expectNothingLost(history: string, engineLog: string): void {
  const numbers = lineNumbers(history);
  const logged = new Set(lineNumbers(engineLog));
  expect(numbers.length).toBeGreaterThan(1000);
  const have = new Set(numbers);
  expect(
    numbers.filter((n, index) => index > 0 && n <= (numbers[index - 1] ?? 0)),
    'out of order or twice',
  ).toEqual([]);
  expect(
    [...logged].filter((n) => !have.has(n)),
    'in the engine log, but not in the history',
  ).toEqual([]);
  const last = numbers.at(-1) ?? 0;
  const holes = Array.from({ length: last }, (_, index) => index + 1).filter((n) => !have.has(n));
  expect(holes.length, `lines that the engine lost: ${holes.join(', ')}`).toBeLessThanOrEqual(2);
}

/** A private engine with a host on it. */
async function engineScene(
  liveRestore: boolean,
): Promise<{ engine: PrivateEngine; scene: Scene; docker: Docker }> {
  const engine = await startPrivateEngine({ liveRestore });
  onEnd(() => engine.close());
  const docker = dockerAt(engine.host);
  const scene = await openScene({ onEnd, env: { DOCKER_HOST: engine.host }, docker });
  return { engine, scene, docker };
}

async function restartUnderConsole(
  liveRestore: boolean,
  { engine, scene, docker }: Awaited<ReturnType<typeof engineScene>>,
): Promise<void> {
  const id = await scene.server({ startup_command: thousandLinesASecond, restart_policy: 'no' });
  const socket = await scene.connect(id, { duplicate: 'false', after: '0' });
  const host = await connectHost({ url: scene.host.url, token: scene.host.token });
  onEnd(() => host.terminate());
  await socket.send({ event: 'power', action: 'start' });
  await socket.waitFor('event', (frame) => frame.data === 'running');
  await socket.waitForText('line 1200\n');
  const restarts = liveRestore ? rounds('restarts of an engine with live-restore', 2, 3) : 1;
  for (let round = 0; round < restarts; round += 1) {
    const mark = socket.mark();
    const hostMark = host.mark();
    await engine.stop();
    await socket.waitFor('event', (frame) => frame.data === 'unknown', { since: mark });
    const down = await host.waitFor('host', (frame) => frame.data.engine.status === 'down', {
      since: hostMark,
    });
    expect(down.data.engine.status === 'down' && down.data.engine.help.length).toBeGreaterThan(10);
    // Its containers write on meanwhile.
    await pause(700);
    const downMark = host.mark();
    await engine.start();
    const state = liveRestore ? 'running' : 'exit';
    await socket.waitFor('event', (frame) => frame.data === state, { since: mark });
    // The end may have been heard of while the engine was stopping.
    await host.waitFor('host', (frame) => frame.data.engine.status === 'up', { since: downMark });
    const seen = socket.console.text.length;
    if (liveRestore) await until(() => socket.console.text.length > seen + 5000, { what: 'more lines' });
  }
  if (liveRestore) {
    await docker('kill', scene.container(id));
    await until(async () => (await scene.state(id)).state === 'exit');
  }
  const history = await scene.history(id);
  expectNothingLost(history, await docker('logs', scene.container(id)));
  if (!liveRestore) expect(numberingProblem(history)).toBeNull();
  await until(() => socket.console.text.length >= history.length, { what: 'the client to have all of it' });
  expect(socket.console.text).toBe(history);
  expect(socket.console.problems).toEqual([]);
}

longTest(
  'H3 S14 dockerd restarts with live-restore: states become unknown and true again, and the console loses nothing',
  async () => {
    await restartUnderConsole(true, await engineScene(true));
  },
);

/** One engine and one host for all: each leaves them running, with servers that the next one doesn't look at. */
describe('an engine without live-restore', () => {
  let plain: Awaited<ReturnType<typeof engineScene>>;
  beforeAll(async () => {
    plain = await engineScene(false);
  });

  it('H3 S14 dockerd restarts: states become unknown and true again, and the console loses nothing', () =>
    restartUnderConsole(false, plain));

  longTest('G12 takes its servers along, and they come back with it; what was stopped stays so', async () => {
    const { engine, scene, docker } = plain;
    const quick = await scene.server({ startup_command: 'echo up; exec sleep 1000' });
    const slow = await scene.server({
      startup_command: "trap 'sleep 2; exit 0' TERM; echo up; while :; do sleep 0.2; done",
    });
    const stopped = await scene.server({ startup_command: 'echo up; exec sleep 1000' });
    const sockets = [];
    for (const id of [quick, slow, stopped]) {
      (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
      await until(async () => (await scene.state(id)).state === 'running');
      sockets.push(await scene.connect(id));
    }
    await docker('stop', '-t', '1', scene.container(stopped));
    await until(async () => (await scene.state(stopped)).state === 'exit');
    await engine.stop();
    await until(async () => (await scene.state(quick)).state === 'unknown');
    await engine.start();
    for (const id of [quick, slow])
      await until(async () => (await scene.state(id)).state === 'running', {
        what: 'the servers to be back',
      });
    expect((await scene.state(stopped)).state).toBe('exit');
    for (const socket of sockets.slice(0, 2)) {
      const told = socket.frames.flatMap((frame) => (frame.event === 'daemon_message' ? [frame.data] : []));
      expect(told.join('\n')).toContain('Docker engine');
      expect(told.join('\n')).not.toMatch(/crashed|from outside/);
    }
  });

  longTest(
    'H3 one that is not there is a state: the host starts without it, says what to do, and finds it later',
    async () => {
      const { engine, scene } = plain;
      const id = await scene.server({ startup_command: 'echo up; sleep 1000' });
      (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
      await until(async () => (await scene.state(id)).state === 'running');
      await scene.host.kill();
      await engine.stop();
      await scene.host.start();
      expect((await scene.state(id)).state).toBe('unknown');
      const refused = await scene.host.api.post(`/containers/${id}/start`);
      expect(refused.status).toBe(503);
      const socket = await scene.connect(id);
      expect((await socket.waitFor('event')).data).toBe('unknown');
      await engine.start();
      // Without live-restore the engine took the server down with it; it was wanted, so it comes back.
      await socket.waitFor('event', (frame) => frame.data === 'running', { timeoutMs: 60_000 });
    },
  );
});
