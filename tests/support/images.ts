import { join } from 'node:path';
import type { OnEnd } from './cleanup.ts';
import { docker } from './docker-cli.ts';

export const busyboxName = '127.0.0.1:9/lightdeck-test/busybox:1';
/** A minimal Debian: its shell, dash, does not replace itself by the program that it runs. */
export const debianName = '127.0.0.1:9/lightdeck-test/debian:1';
export const gameName = '127.0.0.1:9/lightdeck-test/game:1';

/**
 * What a server's definition needs to run the real game server of `gameImage()`. It listens on `port`, or on the `port` of
 * settings.json in its folder. It ends gracefully (world saved, exit code 0) by the console command, and by SIGTERM as
 * long as it is the container's first process: hence `exec`.
 */
export const game = {
  startupCommand: 'exec node /opt/game/start.mjs',
  startPattern: 'Server listening on port \\d+',
  stopCommand: 'stop',
  port: 25_565,
  version: '1.21.4',
} as const;

/** Those that are known to be there: they stay as long as tests run. */
const seen = new Set<string>();

async function existing(name: string): Promise<string> {
  if (seen.has(name)) return name;
  try {
    await docker('image', 'inspect', '--format', '{{.Id}}', name);
  } catch (error) {
    throw new Error(`The test image ${name} is missing. Make it with: node scripts/setup-tests.mjs`, {
      cause: error,
    });
  }
  seen.add(name);
  return name;
}

/** The 2 MB image with sh, sleep, cat, yes, nc, httpd and the other applets. Throws if the set-up did not make it. */
export const busyboxImage = (): Promise<string> => existing(busyboxName);

/** Debian with Node and a real Minecraft server in /opt/game. Throws if the set-up did not make it. */
export const gameImage = (): Promise<string> => existing(gameName);

/** The small image (or another one) after `script` ran in it as root, with these `changes` (lines of a Dockerfile). It is removed at the end. */
export async function imageLike(
  onEnd: OnEnd,
  name: string,
  {
    script = 'true',
    changes = [],
    from = busyboxName,
  }: { script?: string; changes?: string[]; from?: string },
): Promise<string> {
  const made = await docker('run', '-d', await existing(from), '/bin/sh', '-c', script);
  await docker('wait', made);
  const image = `127.0.0.1:9/lightdeck-test/${name}:${made.slice(0, 12)}`;
  const id = await docker('commit', ...changes.flatMap((change) => ['--change', change]), made, image);
  await docker('rm', made);
  onEnd(async () => {
    // Docker keeps an image without a name while a container has it: a scene that was opened before this ends after it.
    const users = (await docker('ps', '-aq', '--no-trunc', '--filter', `ancestor=${id}`)).split('\n');
    for (const user of users) if (user) await docker('rm', '-f', '-v', user);
    await docker('rmi', '-f', id);
  });
  return image;
}

/** What `scripts/lib/egg-images.mjs` keeps as files. */
export type EggImages = 'egg-nodejs' | 'egg-debian' | 'debian-games' | 'debian-services';
export const eggImagesPath = (name: EggImages): string =>
  join(import.meta.dirname, `../../.cache/${name}.tar`);

const madeImage = (name: string): string => `127.0.0.1:9/lightdeck-test/${name}:1`;

/** Debian with Teeworlds' and OpenArena's servers, on the machine's engine until the end. */
export async function debianGamesImage(onEnd: OnEnd): Promise<string> {
  await docker('load', '--quiet', '--input', eggImagesPath('debian-games'));
  onEnd(async () => void (await docker('rmi', '-f', madeImage('debian-games'))));
  return madeImage('debian-games');
}

/** Debian's nginx and redis, each as its image's makers let it start, on the machine's engine until the end. */
export async function debianServiceImages(onEnd: OnEnd): Promise<{ nginx: string; redis: string }> {
  const images = { nginx: madeImage('debian-nginx'), redis: madeImage('debian-redis') };
  await docker('load', '--quiet', '--input', eggImagesPath('debian-services'));
  onEnd(async () => void (await docker('rmi', '-f', ...Object.values(images))));
  return images;
}
