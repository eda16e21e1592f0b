import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ApiClient } from '../support/api-client.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { expectConfined } from '../support/confinement.ts';
import { asUser, desktopEnvironment, launchDesktop, openScreen, userFolder } from '../support/desktop.ts';
import { docker } from '../support/docker-cli.ts';
import { desktopUser, electronFolder, root } from '../support/electron.ts';
import { busyboxImage } from '../support/images.ts';
import { apt, makeDeb } from '../support/installed-app.ts';
import { isLong } from '../support/lane.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const program = '/usr/bin/lightdeck';
const id = 'installed-app-test';
const volumeReply = z.object({ volume_id: z.string() });
const stateReply = z.object({ state: z.string() });
const canInstall = process.getuid?.() === 0 && desktopUser() !== null && electronFolder() !== null;

it('its service starts the program where the deb puts it', () => {
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const of = (key: string): string =>
    new RegExp(`^${key}: (.+)$`, 'm').exec(read('electron-builder.yml'))?.[1] ?? '';
  expect(/^ExecStart=(\S+)/m.exec(read('build/systemd/user/lightdeck-app.service'))?.[1]).toBe(
    `/opt/${of('productName')}/${of('executableName')}`,
  );
});

// It changes the machine, for a minute: without `--long` there is none of it. deb.test.ts reads the same package without installing it.
describe.each(isLong && canInstall ? ['the installed deb'] : [])('%s', () => {
  const onEnd = suiteCleanup();
  let folder = '';
  let first = '';
  let second = '';
  let display = '';

  beforeAll(async () => {
    folder = tempDir(onEnd);
    first = makeDeb(join(folder, 'first'), '0.0.1');
    second = makeDeb(join(folder, 'second'), '0.0.2');
    onEnd(() => apt('purge', 'lightdeck'));
    apt('install', first);
    display = await openScreen(onEnd);
  });

  const output = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { encoding: 'utf8' }).trim();
  const installed = (): string => output('dpkg-query', '-W', '-f', '\u0024{Version}', 'lightdeck');

  it('is a program, a menu entry that opens links, and a service that its user may have', () => {
    expect(output(asUser(program, onEnd), '--version')).toMatch(/^\d+\.\d+\.\d+/);
    expect(output('xdg-mime', 'query', 'default', 'x-scheme-handler/lightdeck')).toBe('lightdeck.desktop');
    const unit = readFileSync('/usr/lib/systemd/user/lightdeck.service', 'utf8');
    expect(existsSync(/^ExecStart=(\S+)/m.exec(unit)?.[1] ?? '')).toBe(true);
    const sandbox = statSync('/opt/Lightdeck/chrome-sandbox');
    expect([sandbox.uid, sandbox.mode & 0o022]).toEqual([0, 0]);
  });

  it('is upgraded and removed while it runs and has a server: the server runs on, and what is the user’s stays', async () => {
    const dataDir = userFolder(onEnd);
    const options = { executable: program, display, dataDir, onEnd };
    const child = spawn(asUser(program, onEnd), ['--data', dataDir, '--port', '0'], {
      env: desktopEnvironment(options),
      stdio: 'ignore',
    });
    onEnd(() => void child.kill('SIGKILL'));
    const owner = z.object({ url: z.url() });
    const url = await until(() => {
      try {
        return owner.parse(JSON.parse(readFileSync(join(dataDir, 'owner.json'), 'utf8'))).url;
      } catch {
        return null;
      }
    });
    const token = output(asUser(program, onEnd), '--data', dataDir, '--token', 'what');
    const api = new ApiClient({ url, token });
    const { volume_id } = (await api.post('/volumes')).parse(volumeReply, 201);
    const startup_command = 'echo up; while read -r line; do echo "$line"; done';
    onEnd(async () => {
      await docker('rm', '-f', '-v', `lightd-${id}`).catch(() => {});
      await docker('network', 'rm', `lightd-${id}`).catch(() => {});
    });
    const body = { internal_id: id, image: await busyboxImage(), volume_id, startup_command, tty: false };
    (await api.post('/containers', body)).expect(200);
    const stateOf = async () => (await api.get(`/containers/${id}`)).parse(stateReply).state;
    await until(async () => (await stateOf()) === 'installed');
    (await api.post(`/containers/${id}/start`)).expect(200);
    await until(async () => (await stateOf()) === 'running');
    const begun = await docker('inspect', '-f', '{{.State.StartedAt}}', `lightd-${id}`);

    apt('install', second);
    expect(installed()).toBe('0.0.2');
    expect(await stateOf()).toBe('running');

    child.kill('SIGTERM');
    await until(() => child.exitCode !== null || child.signalCode !== null);
    apt('remove', 'lightdeck');
    expect([existsSync(program), existsSync('/opt/Lightdeck/lightdeck')]).toEqual([false, false]);
    expect(existsSync(join(dataDir, 'lightdeck.db'))).toBe(true);
    expect(await docker('inspect', '-f', '{{.State.StartedAt}}', `lightd-${id}`)).toBe(begun);
    apt('install', second);
  });

  it('has a page that is confined as Electron’s list of twenty points asks', async () => {
    // Whoever drives it needs one fuse that a release has off.
    const executable = '/opt/Lightdeck/lightdeck';
    await flipFuses(executable, {
      version: FuseVersion.V1,
      [FuseV1Options.EnableNodeCliInspectArguments]: true,
    });
    const desktop = await launchDesktop({ executable, display, dataDir: userFolder(onEnd), onEnd });
    await desktop.window.getByRole('heading', { name: 'No servers yet' }).waitFor();
    await expectConfined(desktop);
    await desktop.app.close();
  });
});
