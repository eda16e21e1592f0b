import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import type { OnEnd } from './cleanup.ts';
import { desktopUser, electronFolder, root } from './electron.ts';
import { tempDir } from './temp.ts';

/** A folder that belongs to that user. */
export function userFolder(onEnd: OnEnd): string {
  const folder = tempDir(onEnd);
  const id = desktopUser();
  if (id !== null) chownSync(folder, id, id);
  return folder;
}

/** A screen of its own for windows. Its number, as DISPLAY wants it. */
export async function openScreen(onEnd: OnEnd): Promise<string> {
  const server = spawn(
    'Xvfb',
    ['-displayfd', '1', '-screen', '0', '1280x960x24', '-nolisten', 'tcp', '-ac', '-nocursor'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  onEnd(() => {
    server.kill();
  });
  for await (const line of createInterface({ input: server.stdout })) return `:${line.trim()}`;
  throw new Error('Xvfb ended without telling its screen.');
}

/** The runtime and the app as a folder, where that user can read both: the repository may lie where only its owner looks. */
export function unpackagedApp(onEnd: OnEnd): { executable: string; folder: string } {
  const runtime = electronFolder();
  if (runtime === null) throw new Error('There is no Electron for the tests.');
  const place = tempDir(onEnd);
  chmodSync(place, 0o755);
  const folder = join(place, 'app');
  mkdirSync(folder);
  const copy = (from: string, to: string): void => {
    // Links cost nothing; another file system wants copies.
    try {
      execFileSync('cp', ['-al', from, to], { stdio: 'ignore' });
    } catch {
      cpSync(from, to, { recursive: true });
    }
  };
  copy(runtime, join(place, 'electron'));
  copy(join(root, 'package.json'), join(folder, 'package.json'));
  copy(join(root, 'dist'), join(folder, 'dist'));
  const list = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const path of list.split('\n')) {
    const inside = path.slice(root.length + 1);
    // A package inside of another one is copied with it.
    if (!/^node_modules\/(@[^/]+\/)?[^/]+$/.test(inside)) continue;
    mkdirSync(resolve(folder, inside, '..'), { recursive: true });
    copy(path, join(folder, inside));
  }
  return { executable: join(place, 'electron/electron'), folder };
}

export interface DesktopOptions {
  executable: string;
  /** The app's folder; none for a packaged app. */
  folder?: string;
  display: string;
  dataDir: string;
  /** Default: any free port. */
  args?: string[];
  env?: Record<string, string>;
  onEnd: OnEnd;
}

/** A program that runs another one as that user, since Playwright only starts programs as its own one. */
export function asUser(executable: string, onEnd: OnEnd): string {
  const id = desktopUser();
  if (id === null || process.getuid?.() !== 0) return executable;
  const script = join(tempDir(onEnd), 'as-user');
  const command = `exec setpriv --reuid=${id} --regid=${id} --init-groups --inh-caps=-all --bounding-set=-all`;
  writeFileSync(script, `#!/bin/sh\n${command} --no-new-privs "${executable}" "$@"\n`, { mode: 0o755 });
  return script;
}

/** What the app finds in its environment: nothing of ours but the screen and where Docker is. */
export function desktopEnvironment({ display, dataDir, env }: DesktopOptions): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: dataDir,
    XDG_CONFIG_HOME: join(dataDir, 'xdg-config'),
    XDG_RUNTIME_DIR: dataDir,
    DISPLAY: display,
    ...(process.env.DOCKER_HOST ? { DOCKER_HOST: process.env.DOCKER_HOST } : {}),
    ...env,
  };
}

/** Its command line. */
export const desktopCommand = ({ folder, dataDir, args = ['--port', '0'] }: DesktopOptions): string[] => [
  ...(folder ? [folder] : []),
  '--data',
  dataDir,
  ...args,
];

export interface Desktop {
  app: ElectronApplication;
  window: Page;
  /** Of Electron's main process. */
  pid: number;
}

/** The real app on a real Electron, driven by Playwright, with or without a window; killed at the end if it still runs. */
export async function launchApp(request: DesktopOptions): Promise<ElectronApplication> {
  const { onEnd } = request;
  const app = await _electron.launch({
    executablePath: asUser(request.executable, onEnd),
    args: desktopCommand(request),
    env: desktopEnvironment(request),
    // Else Playwright would tell the page which scheme it likes, whatever the app says.
    colorScheme: null,
    chromiumSandbox: true,
    timeout: 30_000,
  });
  const child = app.process();
  onEnd(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
  return app;
}

/** The same, and its first window. */
export async function launchDesktop(request: DesktopOptions): Promise<Desktop> {
  const app = await launchApp(request);
  const window = await app.firstWindow();
  window.setDefaultTimeout(60_000);
  return { app, window, pid: app.process().pid ?? 0 };
}
