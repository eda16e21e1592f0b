import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { docker } from './docker-cli.ts';

/** What a host has made outside of its database, as the machine itself tells it. All lists are sorted. */
export interface Traces {
  /** Names of its containers, running or not. */
  containers: string[];
  networks: string[];
  /** Mount points and loop devices' files below its data folder. */
  mounts: string[];
  loops: string[];
  /** What lies in `storage/volumes`, in `.images` there, and in `storage/console`. */
  volumes: string[];
  images: string[];
  consoles: string[];
}

/** Everything that a host with this data folder has left on the machine. `hostId` is the value of its containers' label. */
export async function tracesOf(dataDir: string, hostId: string): Promise<Traces> {
  const label = `label=lightdeck.host=${hostId}`;
  const lines = (text: string): string[] => text.split('\n').filter(Boolean).sort();
  const [containers, networks] = await Promise.all([
    docker('ps', '-a', '--filter', label, '--format', '{{.Names}}'),
    docker('network', 'ls', '--filter', `label=lightdeck.host=${hostId}`, '--format', '{{.Name}}'),
  ]);
  const folder = (name: string): string[] => entries(join(dataDir, 'storage', name));
  return {
    containers: lines(containers),
    networks: lines(networks),
    mounts: mountPoints().filter((path) => path.startsWith(`${dataDir}/`)),
    loops: loopFiles().filter((path) => path.startsWith(`${dataDir}/`)),
    volumes: folder('volumes').filter((name) => name !== '.images'),
    images: folder('volumes/.images').filter((name) => name !== '.lock'),
    consoles: folder('console'),
  };
}

function entries(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

function mountPoints(): string[] {
  const table = process.platform === 'linux' ? readFileSync('/proc/self/mountinfo', 'utf8') : '';
  return table
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .sort();
}

function loopFiles(): string[] {
  if (process.platform !== 'linux') return [];
  try {
    const text = execFileSync('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'], {
      encoding: 'utf8',
    });
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .sort();
  } catch {
    return [];
  }
}
