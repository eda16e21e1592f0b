import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
import { isLong, rounds } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { has } from '../support/requirements.ts';
import { linesASecond, numberingProblem, openScene, type Scene } from '../support/scene.ts';
import type { ServerSocket } from '../support/socket-client.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { EngineProxy } from './engine-proxy.ts';

const onEnd = suiteCleanup();
/** The longest life of a host after it listens, in ms. Often it ends before the log was read at all. */
const longestLife = 600;
const longestLag = 150;
/** The longest life of one that ends before it listens, in ms. */
const shortestStart = 400;

/** Fifty starts of a host, in ms: on a machine that others load each takes seconds. */
const timeoutMs = 900_000;

/** A log that is short is read quickly by each of the hosts: the kills prove the same, the engine has a quarter of the work. */
const talkative = linesASecond(isLong ? 1000 : 100);
/** Fifty lines a second: most of them come while the history gathers what it will write. */
const trickle = 'i=0; while :; do i=$((i+1)); echo "line $i"; read -t 0.02 nothing; done';
/** Ends of lines come in writes of their own, and a second apart from their beginnings now and then. */
const torn =
  'i=0; while :; do i=$((i+1)); printf "line $i"; [ $((i % 40)) = 0 ] && sleep 1; echo; read -t 0.01 nothing; done';

/** A program, and a client that comes back to each host and reads on where it was. */
class Reader {
  text = '';
  readonly name: string;
  private readonly scene: Scene;
  private readonly id: string;
  private after = 0;
  private client: ServerSocket | null = null;

  constructor(scene: Scene, id: string, name: string) {
    this.scene = scene;
    this.id = id;
    this.name = name;
  }

  async connect(): Promise<void> {
    this.client = await this.scene.connect(this.id, { duplicate: 'false', after: String(this.after) });
  }

  /** After the host's end: what the client got until then. */
  async take(): Promise<void> {
    const { client } = this;
    this.client = null;
    if (!client) return;
    await client.closed;
    this.check(client);
    this.text += client.console.text;
    this.after = client.console.end ?? this.after;
  }

  /** Ends the program, and compares what the client had with what is kept. */
  async finish(): Promise<string> {
    const { scene, id } = this;
    await scene.docker('kill', scene.container(id));
    await until(async () => (await scene.state(id)).state === 'exit', {
      what: 'the exit to be seen',
      timeoutMs: 60_000,
    });
    const { client } = this;
    if (!client) throw new Error('The last client is missing.');
    // A long log need not be read when the end is told: what is still to come is known only to the engine.
    const printed = (await scene.docker('logs', scene.container(id))).replaceAll('\r\n', '\n');
    const got = (): string => this.text + client.console.text;
    const what = 'the client to have all of it';
    await until(() => got().length >= printed.length, { what, timeoutMs: 60_000 });
    const history = await scene.history(id);
    await until(() => got().length >= history.length, { what });
    expect(firstDifference(history.trimEnd(), printed), `what is kept ${this.name}`).toBeNull();
    this.check(client);
    expect(firstDifference(got(), history), `what the client got ${this.name}`).toBeNull();
    return history;
  }

  private check(client: ServerSocket): void {
    expect(client.badFrames).toEqual([]);
    expect(client.console.problems).toEqual([]);
    expect(client.console.gaps).toEqual([]);
  }
}

/** Where two long texts part, with some lines around it; null if they don't. */
function firstDifference(got: string, kept: string): string | null {
  if (got === kept) return null;
  let at = 0;
  while (got[at] === kept[at]) at += 1;
  const around = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
  return `from character ${at} on: ${around(got)} instead of ${around(kept)}`;
}

async function running(scene: Scene, command: string, tty: boolean): Promise<Reader> {
  const id = await scene.server({ startup_command: command, tty, restart_policy: 'no' });
  (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
  await until(async () => (await scene.state(id)).state === 'running', { what: 'the server to run' });
  return new Reader(scene, id, `${tty ? 'with' : 'without'} a terminal: ${command}`);
}

async function endWhileStarting({ host }: Scene, ms: number): Promise<void> {
  const starting = host.start().catch(() => {});
  await pause(ms);
  await host.kill();
  await starting;
  // It may not have been there yet.
  await host.kill();
}

const kills = rounds('console, SIGKILLs of a short-lived host', 40, 500);

// Two at once, since most of it is waiting.
describe.skipIf(!has('images'))('hosts that live for moments', () => {
  it.concurrent.for([
    { seed: 20_261_129, tty: true },
    { seed: 20_261_130, tty: false },
  ])(
    'S14 X3 G1 killed with SIGKILL at random moments while the log lags: nothing twice, nothing missing (tty $tty)',
    { timeout: timeoutMs },
    async ({ seed, tty }) => {
      const random = new Random(seed);
      const proxy = new EngineProxy('/var/run/docker.sock');
      proxy.logLag = () => random.below(longestLag);
      const socket = join(tempDir(onEnd), 'docker.sock');
      await proxy.open(socket);
      onEnd(() => proxy.shut());
      const scene = await openScene({ onEnd, env: { DOCKER_HOST: `unix://${socket}` } });
      const readers: Reader[] = [];
      readers.push(await running(scene, talkative, tty));
      readers.push(await running(scene, tty ? torn : trickle, tty));
      for (let round = 0; round < kills / 2; round += 1) {
        const isWatched = round % 2 === 0;
        if (isWatched) await Promise.all(readers.map((reader) => reader.connect()));
        await pause(random.below(longestLife));
        await scene.host.kill();
        await Promise.all(readers.map((reader) => reader.take()));
        if (round % 4 === 1) await endWhileStarting(scene, random.below(shortestStart));
        await scene.host.start();
      }
      await Promise.all(readers.map((reader) => reader.connect()));
      await pause(longestLag);
      for (const reader of readers) {
        const history = await reader.finish();
        expect(numberingProblem(history), reader.name).toBeNull();
      }
    },
  );
});
