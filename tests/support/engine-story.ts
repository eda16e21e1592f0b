import { mkdirSync } from 'node:fs';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { lastExitSchema } from '../../shared/model/server.ts';
import { MiB } from '../../shared/units.ts';
import type { OnEnd } from './cleanup.ts';
import { type NewerEngine, type NewerEngineOptions, startNewerEngine } from './newer-engine.ts';
import { numberingProblem, openScene, type Scene } from './scene.ts';
import type { ServerSocket } from './socket-client.ts';
import { until } from './until.ts';

/** Told within this of what somebody else did (S10), in ms. */
const truthMs = 2_000;
const lines = 5_000;
/** Cores. */
const cpuLimit = 0.2;
const exitReply = z.object({ last_exit: lastExitSchema });
const shownSchema = z.object({ MemUsage: z.string(), CPUPerc: z.string() });

/** Does what it is told: fills its memory, keeps its CPU busy, prints many lines; else it answers. */
const program = `echo up; while read word; do case "$word" in
  oom) exec tail /dev/zero;;
  busy) x=$(head -c 20000000 /dev/zero | tr '\\0' y); echo holding; while :; do :; done;;
  lines) i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "line $i"; [ $((i % 20)) != 0 ] || usleep 5000; done; echo all told;;
  *) echo "got $word";;
esac; done`;

export interface EngineStory {
  engine: NewerEngine;
  scene: Scene;
  id: string;
  socket: ServerSocket;
}

/** A newer engine, and a host with one server on it, whose image is pulled with progress from a registry beside the engine. */
export async function beginStory(options: NewerEngineOptions, onEnd: OnEnd): Promise<EngineStory> {
  const engine = await startNewerEngine(options);
  onEnd(() => engine.close());
  const image = await engine.pushImage(60);
  const dataDir = join(engine.folder, 'host');
  mkdirSync(dataDir, { recursive: true });
  const { host, docker, user } = engine;
  const config = join(dataDir, 'config.json');
  await writeFile(config, '{"sftp":{"port":0}}', { mode: 0o600 });
  if (user) await chown(config, user.uid, user.gid);
  const env = { DOCKER_HOST: host, ...(user ? { HOME: join(engine.folder, 'home') } : {}) };
  const scene = await openScene({ onEnd, dataDir, env, docker, ...(user ? { user } : {}) });
  const id = `story${process.pid}`;
  const volume = (await scene.host.api.post('/volumes')).parse(z.object({ volume_id: z.string() }), 201);
  const request = {
    internal_id: id,
    volume_id: volume.volume_id,
    image,
    startup_command: program,
    start_pattern: '^up$',
    tty: false,
    restart_policy: 'no',
    limits: { memory: 64 * MiB, cpu: cpuLimit },
  };
  scene.adopt(id);
  await scene.host.api.post('/containers', request);
  const socket = await scene.connect(id);
  await socket.waitFor('event', (frame) => frame.data === 'installed');
  return { engine, scene, id, socket };
}

/** The image came in pieces that were told, as far as the engine tells bytes. */
function expectProgress({ engine, socket }: EngineStory): void {
  const told = socket.frames.flatMap((frame) => (frame.event === 'progress' ? [frame.data] : []));
  expect(told.length).toBeGreaterThan(0);
  const totals = told.flatMap(({ total }) => (total === null ? [] : [total]));
  if (engine.isPodman) expect(totals).toEqual([]);
  else expect(Math.max(...totals)).toBeGreaterThan(60_000_000);
}

async function start({ socket }: EngineStory): Promise<void> {
  const since = socket.mark();
  await socket.send({ event: 'power', action: 'start' });
  await socket.waitFor('event', (frame) => frame.data === 'running', { since });
}

async function type({ socket }: EngineStory, word: string, answer: string): Promise<void> {
  await socket.send({ event: 'send_command', command: `${word}\n` });
  await socket.waitForText(answer);
}

/** Memory and CPU within 5 % of what the engine's own command shows (its figures have four digits), at some moment. */
async function expectEngineFigures(story: EngineStory): Promise<void> {
  const { engine, scene, id, socket } = story;
  await type(story, 'busy', 'holding\n');
  const args = ['stats', '--no-stream', '--format', '{{json .}}', scene.container(id)];
  let seen = '';
  const look = async (): Promise<boolean> => {
    const since = socket.mark();
    const shown = shownSchema.parse(JSON.parse(await scene.docker(...args)));
    const told = await socket.waitFor('stats', () => true, { since });
    const memory = Number.parseFloat(shown.MemUsage) * (shown.MemUsage.includes('MB') ? 1e6 : MiB);
    // Podman's own CPU figures are averages over the whole run: there it is the limit that is kept to.
    const cpu = engine.isPodman ? cpuLimit * 100 : Number.parseFloat(shown.CPUPerc);
    seen = `${told.memory_usage} B and ${told.cpu_usage} %, the engine shows ${memory} B and ${cpu} %`;
    return isNear(told.memory_usage, memory) && isNear(told.cpu_usage, cpu) && told.memory_usage > 10 * MiB;
  };
  await until(look, { timeoutMs: 40_000 }).catch(() => expect.fail(`The last figures: ${seen}.`));
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(a, b) * 0.05;

async function exitOf({ scene, id }: EngineStory): Promise<z.infer<typeof lastExitSchema>> {
  return (await scene.host.api.get(`/containers/${id}`)).parse(exitReply).last_exit;
}

async function expectKilledTold(story: EngineStory): Promise<void> {
  const { scene, id, socket } = story;
  const since = socket.mark();
  await scene.docker('kill', scene.container(id));
  await socket.waitFor('event', (frame) => frame.data === 'exit', { since, timeoutMs: truthMs });
  const exit = await exitOf(story);
  expect(exit).toMatchObject({ code: 137, wanted: true });
  expect(exit.reason).toContain('from outside');
}

async function expectOutOfMemoryTold(story: EngineStory): Promise<void> {
  const { socket } = story;
  const since = socket.mark();
  await socket.send({ event: 'send_command', command: 'oom\n' });
  await socket.waitFor('event', (frame) => frame.data === 'exit', { since });
  await until(async () => (await exitOf(story)).oom, { what: 'the full memory to be told' });
}

/** What has no limits says so, where people look. */
async function expectLackTold({ scene }: EngineStory): Promise<void> {
  const system = z.object({ engine: z.object({ lacks: z.array(z.string()) }) });
  const { engine } = (await scene.host.api.get('/system')).parse(system);
  expect(engine.lacks.join()).toContain("can't limit servers");
}

/** The host is killed while the program prints; the next one has each line, once. */
async function expectLinesOverKill(story: EngineStory): Promise<void> {
  const { scene, id, socket } = story;
  await socket.send({ event: 'send_command', command: 'lines\n' });
  await socket.waitForText('line 1000\n');
  await scene.host.kill();
  await scene.host.start();
  let history = '';
  await until(
    async () => {
      history = await scene.history(id);
      return history.includes('all told\n');
    },
    { everyMs: 500, what: 'the last line' },
  );
  expect(numberingProblem(history)).toBeNull();
  expect(history).toContain(`line ${lines}\n`);
}

async function expectDeleted({ engine, scene, id }: EngineStory): Promise<void> {
  (await scene.host.api.delete(`/containers/${id}`)).expect(200);
  expect(await engine.docker('ps', '-aq')).toBe('');
  expect(await engine.docker('network', 'ls', '--format', '{{.Name}}')).not.toContain(id);
}

/** The whole story, in its order; on an engine that limits nothing, without what is about limits, and that it lacks them is told. */
export async function tellStory(story: EngineStory, { hasLimits = true } = {}): Promise<void> {
  expectProgress(story);
  if (!hasLimits) await expectLackTold(story);
  await start(story);
  await type(story, 'hello', 'got hello\n');
  if (hasLimits) await expectEngineFigures(story);
  await expectKilledTold(story);
  if (hasLimits) {
    await start(story);
    await expectOutOfMemoryTold(story);
  }
  await start(story);
  await expectLinesOverKill(story);
  await expectDeleted(story);
  expect(story.socket.badFrames).toEqual([]);
}
