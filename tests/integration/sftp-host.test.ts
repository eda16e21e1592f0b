import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { sftpInfoSchema } from '../../shared/http/sftp.ts';
import { own, suiteCleanup } from '../support/cleanup.ts';
import { docker } from '../support/docker-cli.ts';
import { startHost } from '../support/host-process.ts';
import { longTest } from '../support/lane.ts';
import { OpenSsh } from '../support/openssh.ts';
import { connectSsh } from '../support/raw-sftp.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { sftpServer } from '../support/sftp-server-scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const ready = has('docker') && has('images') && has('sftp');

describe.skipIf(!ready)('A13 SFTP on a real host', async () => {
  if (!ready) return;
  const onEnd = suiteCleanup();
  const scene = await openScene({ onEnd });
  const infoOf = async (id: string) =>
    (await scene.host.api.get(`/containers/${id}/sftp/info`)).parse(sftpInfoSchema);

  test('A13 what is uploaded is there for the container, and what the container writes for the client', async () => {
    const command =
      'echo from inside > made; while ! [ -s put ]; do sleep 0.1; done; cat put; echo more >> put; sleep 600';
    const { id, login } = await sftpServer(scene, { command });
    const client = new OpenSsh(login);
    writeFileSync(join(client.folder, 'put'), 'from outside\n');
    await scene.host.api.post(`/containers/${id}/start`);
    await until(async () => (await scene.state(id)).state === 'running', { timeoutMs: 60_000 });
    expect(await client.sftp('put put')).toMatchObject({ code: 0, stderr: '' });
    await until(async () => (await docker('logs', scene.container(id))).includes('from outside'));
    expect(await client.sftp('get made', 'get put back')).toMatchObject({ code: 0 });
    expect(readFileSync(join(client.folder, 'made'), 'utf8')).toBe('from inside\n');
    expect(readFileSync(join(client.folder, 'back'), 'utf8')).toBe('from outside\nmore\n');
  });

  test('A13 deleting the server ends its sessions and its login, and the volume stays', async () => {
    const { id, path, login } = await sftpServer(scene);
    writeFileSync(join(path, 'stays'), '');
    const client = await connectSsh(login, onTestFinished);
    const ended = new Promise<void>((resolve) => client.on('close', () => resolve()));
    (await scene.host.api.delete(`/containers/${id}`)).expect(200);
    await ended;
    expect((await new OpenSsh(login).sftp('ls')).code).not.toBe(0);
    (await scene.host.api.get(`/containers/${id}/sftp/info`)).expect(404);
    expect(statSync(join(path, 'stays')).isFile()).toBe(true);
  });

  longTest('A13 the host key and the logins are kept across starts and kills', async () => {
    const { id, login } = await sftpServer(scene);
    const before = await infoOf(id);
    const keyFile = join(scene.host.dataDir, 'sftp_host_key');
    expect(before.host_key).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    if (process.platform !== 'win32') expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(scene.host.stderr).not.toContain(login.password);
    await scene.host.restart('SIGKILL');
    const after = await infoOf(id);
    expect(after).toEqual({ ...before, port: scene.host.sftpPort });
    expect((await new OpenSsh({ ...login, port: after.port }).sftp('ls')).code).toBe(0);
  });

  longTest('A13 a broken host key is told, never replaced, and the rest of the host runs', async () => {
    const { id } = await sftpServer(scene);
    const keyFile = join(scene.host.dataDir, 'sftp_host_key');
    const whole = readFileSync(keyFile);
    await scene.host.stop();
    writeFileSync(keyFile, 'half a k');
    await scene.host.start();
    expect(await infoOf(id)).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining(`The SFTP host key ${keyFile} can't be used`),
    });
    expect(readFileSync(keyFile, 'utf8')).toBe('half a k');
    writeFileSync(keyFile, whole);
    await scene.host.restart();
    expect(await infoOf(id)).toMatchObject({ state: 'listening' });
  });

  longTest('A13 A15 a taken port and a switched-off SFTP are states, the host starts', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void holder.close());
    const { port } = z.object({ port: z.number() }).parse(holder.address());
    const dataDir = tempDir();
    writeFileSync(join(dataDir, 'config.json'), JSON.stringify({ sftp: { port } }), { mode: 0o600 });
    const host = own(await startHost({ dataDir }));
    expect(() => host.sftpPort).toThrow();
    await until(() => host.stderr.includes('SFTP is not available'));
    expect(host.stderr).toContain(`The SFTP port ${port} is taken by`);
    (await host.api.get('/containers')).expect(200);
    await host.stop();
    rmSync(join(dataDir, 'config.json'));
    writeFileSync(join(dataDir, 'config.json'), '{"sftp":{"enabled":false}}', { mode: 0o600 });
    await host.start();
    expect(() => host.sftpPort).toThrow();
    expect(host.stderr).not.toContain('SFTP listens');
  });
});
