import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { OnEnd } from './cleanup.ts';
import { type EggImages, eggImagesPath } from './images.ts';
import { type PrivateEngine, startPrivateEngine } from './private-engine.ts';
import { openScene, type Scene } from './scene.ts';

const exec = promisify(execFile);
const volumeReply = z.object({ volume_id: z.string(), path: z.string() });
const planReply = z.object({
  server: z.looseObject({ startup_command: z.string() }),
  problems: z.record(z.string(), z.string()),
});

/** The address of the machine that stands beside the engine's network: containers reach what listens there. */
export const besideAddress = '10.99.99.1';

/**
 * Unmodified eggs on an engine of its own, with no way out: nothing can be pulled, and the images that the set-up has made stand there under
 * the eggs' own names.
 */
export class RealEggs {
  readonly scene: Scene;
  private readonly engine: PrivateEngine;
  private readonly onEnd: OnEnd;

  constructor(engine: PrivateEngine, scene: Scene, onEnd: OnEnd) {
    this.engine = engine;
    this.scene = scene;
    this.onEnd = onEnd;
  }

  /** A server of the egg in this file of the fixtures: planned, created, installed. Its id, and its files. */
  async server(
    file: string,
    values: Record<string, string>,
    port: { host_port: number; protocol: 'tcp' | 'udp' },
  ): Promise<{ id: string; path: string }> {
    const text = readFileSync(join(import.meta.dirname, '../fixtures/eggs', file), 'utf8');
    const { server, problems } = (await this.scene.host.api.post('/eggs/plan', { text, values })).parse(
      planReply,
    );
    if (Object.keys(problems).length > 0) throw new Error(JSON.stringify(problems));
    const ports = [{ ip: '0.0.0.0', container_port: port.host_port, ...port }];
    const { api } = this.scene.host;
    (
      await api.post('/network/ports', { ip: '0.0.0.0', port: port.host_port, protocol: port.protocol })
    ).expect(200);
    const { volume_id, path } = (await api.post('/volumes')).parse(volumeReply, 201);
    return { id: await this.scene.server({ ...server, ports, volume_id }), path };
  }

  /** Runs a program where the ports of its containers are published: on the engine's side. */
  async beside(program: string, ...args: string[]): Promise<string> {
    return (await exec('nsenter', [`--net=${this.engine.network}`, program, ...args])).stdout;
  }

  /** The same, for as long as the test goes on; resolves with its first line. */
  async besideUntilEnd(program: string, ...args: string[]): Promise<string> {
    const child: ChildProcess = spawn('nsenter', [`--net=${this.engine.network}`, program, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.onEnd(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    });
    if (!child.stdout) throw new Error('it has no output');
    const [line] = await once(child.stdout, 'data');
    return String(line);
  }
}

/** `images`: what of the set-up's is called how by eggs. */
export async function startRealEggs(
  onEnd: OnEnd,
  set: EggImages,
  images: readonly (readonly [string, string])[],
): Promise<RealEggs> {
  const engine = await startPrivateEngine();
  onEnd(() => engine.close());
  await engine.docker('load', '--quiet', '--input', eggImagesPath(set));
  for (const [own, egg] of images) await engine.docker('tag', `127.0.0.1:9/lightdeck-test/${own}:1`, egg);
  await exec('nsenter', [`--net=${engine.network}`, 'ip', 'link', 'set', 'lo', 'up']);
  await exec('nsenter', [
    `--net=${engine.network}`,
    'ip',
    'address',
    'add',
    `${besideAddress}/32`,
    'dev',
    'lo',
  ]);
  const scene = await openScene({ onEnd, docker: engine.docker, env: { DOCKER_HOST: engine.host } });
  return new RealEggs(engine, scene, onEnd);
}
