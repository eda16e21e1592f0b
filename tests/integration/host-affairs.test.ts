import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readAudit } from '../../shared/http/audit.ts';
import { readSystem } from '../../shared/http/system.ts';
import { own, suiteCleanup } from '../support/cleanup.ts';
import { type HostProcess, startHost } from '../support/host-process.ts';
import { longTest } from '../support/lane.ts';
import { startPanel } from '../support/panel.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { connectHost, connectServer } from '../support/socket-client.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const entry = join(import.meta.dirname, '../../dist/main/headless.js');

const audit = async (host: HostProcess, query = '') =>
  (await host.api.get(`/audit${query}`)).parse(readAudit.reply).entries;

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

const jsonObject = z.record(z.string(), z.unknown());

/** Changes sections of config.json as a person with an editor would. */
function edit(host: HostProcess, sections: Record<string, object>): void {
  const path = join(host.dataDir, 'config.json');
  const config = jsonObject.parse(JSON.parse(readFileSync(path, 'utf8')));
  for (const [name, values] of Object.entries(sections)) {
    config[name] = { ...jsonObject.parse(config[name] ?? {}), ...values };
  }
  writeFileSync(path, JSON.stringify(config));
}

/** Looks into the store beside the host, which is not asked and so writes by itself. */
function recordsOnDisk(dataDir: string): number {
  const database = new Database(join(dataDir, 'lightdeck.db'), { timeout: 5000 });
  try {
    return database.prepare('SELECT id FROM audit').all().length;
  } finally {
    database.close();
  }
}

function listServers(dataDir: string, ...args: string[]): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, '--data', dataDir, '--servers', ...args], (error, stdout) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout });
    });
  });
}

/** For what leaves no trace that another test would see. */
let shared: Scene;

beforeAll(async () => {
  shared = await openScene({ onEnd });
});

describe('the record of changes', () => {
  it('has what is done by HTTP, by socket and by the host itself, and never a command', async () => {
    const scene = shared;
    const id = await scene.server({
      startup_command: 'while read -r x; do [ "$x" = die ] && exit 3; done',
      tty: false,
    });
    const socket = await scene.connect(id);
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', ({ data }) => data === 'running');
    await socket.send({ event: 'send_command', command: 'login hunter2\n' });
    const since = socket.mark();
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('daemon_message', ({ data }) => data.startsWith('Error: '), { since });
    await socket.send({ event: 'send_command', command: 'die\n' });
    await until(
      async () => (await audit(scene.host, `?container=${id}`))[0]?.action === 'restart after a crash',
    );
    const entries = await audit(scene.host, `?container=${id}`);
    expect(
      entries.map(({ via, actor, action, detail, result }) => [via, actor, action, detail, result]),
    ).toEqual([
      ['host', 'host', 'restart after a crash', 'in 1 s', 'ok'],
      ['host', 'host', 'crash', '', 'crashed (exit code 3)'],
      ['socket', 'master', 'send_command', '4 bytes', 'ok'],
      ['socket', 'master', 'power', 'start', 'the server is running already'],
      ['socket', 'master', 'send_command', '14 bytes', 'ok'],
      ['socket', 'master', 'power', 'start', 'ok'],
      ['http', 'master', 'POST /containers', expect.stringContaining('image='), 'ok'],
    ]);
    expect(JSON.stringify(entries)).not.toContain('hunter2');
    expect(entries[2]?.address).toMatch(/^(127\.0\.0\.1|::1)$/);
  });

  longTest('is on disk within a moment, so that SIGKILL loses no more than that', async () => {
    const host = own(await startHost({ dataDir: tempDir(onEnd) }), onEnd);
    await host.api.post('/volumes');
    await until(() => recordsOnDisk(host.dataDir) === 1, { what: 'the record to be on disk by itself' });
    await host.kill();
    await host.start();
    expect((await audit(host)).map(({ action }) => action)).toEqual(['POST /volumes']);
    await host.api.post('/volumes');
    await host.restart('SIGTERM');
    expect(await audit(host)).toHaveLength(2);
  });

  it('has refused tokens of sockets too', async () => {
    const { host } = shared;
    const wrong = 'lightd_0123456789wrong';
    await expect(connectHost({ url: host.url, token: wrong })).rejects.toThrow('401');
    const entries = await audit(host);
    expect(entries[0]).toMatchObject({ action: 'authenticate', result: 'unknown token' });
    expect(JSON.stringify(entries)).not.toContain('wrong');
  });
});

describe('GET /system', () => {
  it('tells where the engine was found and what is listened on', async () => {
    const { host } = shared;
    const system = await until(async () => {
      const found = (await host.api.get('/system')).parse(readSystem.reply);
      return found.engine.status === 'connecting' ? null : found;
    });
    const port = Number(new URL(host.url).port);
    expect(system.addresses).toContainEqual({ ip: '127.0.0.1', port });
    expect(system.disk).toMatchObject({ path: host.dataDir });
    expect(system.disk.total).toBeGreaterThan(0);
    if (system.engine.status === 'up') expect(system.engine.endpoint).not.toBe('');
  });
});

describe('A15 the configuration of a running host', () => {
  it('another master token ends the sockets of the old one (4002), and those of other tokens go on', async () => {
    const host = own(await startHost({ dataDir: tempDir(onEnd) }), onEnd);
    const token = z
      .object({ token: z.string() })
      .parse((await host.api.post('/auth/tokens', { ttl: '1h' })).body).token;
    const byMaster = await connectHost({ url: host.url, token: host.token });
    const byServer = await connectServer({ url: host.url, token: host.token }, 'none');
    const byToken = await connectHost({ url: host.url, token });
    onEnd(() => byToken.terminate());
    const next = 'lightd_another-master-token';
    edit(host, { authorization: { token: next } });
    (await host.api.post('/remote/config/reload')).expect(200);
    expect(await byMaster.closed).toEqual({ code: 4002, reason: 'token revoked' });
    expect((await byServer.closed).code).toBe(4002);
    (await host.api.get('/containers')).expect(401);
    (await host.api.with({ token: next }).get('/containers')).expect(200);
    expect(byToken.isOpen).toBe(true);
  });

  it('a broken file is refused by its key, and the host goes on as before', async () => {
    const { host } = shared;
    edit(host, { monitoring: { interval_ms: 'often' } });
    const reply = await host.api.post('/remote/config/reload');
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('monitoring.interval_ms')]);
    (await host.api.get('/containers')).expect(200);
  });
});

describe('A14 --servers', () => {
  it('lists the servers beside a running host, and without one', async () => {
    const scene = await openScene({ onEnd });
    const id = await scene.server({ startup_command: 'sleep 1000' });
    const { dataDir } = scene.host;
    const beside = await listServers(dataDir, '1', '--json');
    expect(JSON.parse(beside.stdout)).toMatchObject({
      page: 1,
      pages: 1,
      total: 1,
      servers: [{ internal_id: id, state: 'installed' }],
    });
    const table = await listServers(dataDir, '1');
    expect(table.stdout).toContain(id);
    expect(table.stdout).toContain('page 1 of 1, 1 servers');
    expect((await listServers(dataDir, '2')).code).toBe(2);
    const empty = tempDir(onEnd);
    expect((await listServers(empty, '1')).stdout).toContain('page 1 of 1, 0 servers');
    await scene.host.stop();
    expect((await listServers(dataDir, '1')).stdout).toBe(table.stdout);
    await scene.host.start();
  });
});

describe('A12 remote sync of a real host', () => {
  longTest(
    'a panel that was down, and a host that was killed meanwhile: nothing is missed, all is in order',
    async () => {
      const panel = await startPanel(onEnd);
      const scene = await openScene({ onEnd });
      const { host } = scene;
      edit(host, { remote: { enabled: true, url: panel.url, token: 'lightd_panel-token' } });
      (await host.api.post('/remote/config/reload')).expect(200);
      await until(() => panel.requests.some(({ path }) => path === '/api/health'));
      const first = await scene.server({ startup_command: 'true' });
      await until(() => panel.takenOnce.length === 2);
      await panel.stop();
      const second = await scene.server({ startup_command: 'true' });
      const third = await scene.server({ startup_command: 'true' });
      await host.kill();
      await host.start();
      await panel.start();
      await until(() => panel.takenOnce.length >= 6, { timeoutMs: 60_000 });
      const told = (server: string) =>
        ['installing', 'ready'].map((status) => ({ event: 'update', server, status }));
      expect(panel.takenOnce).toEqual([...told(first), ...told(second), ...told(third)]);
      for (const { headers } of panel.requests) {
        expect(headers.authorization).toBe('Bearer lightd_panel-token');
      }
      await host.stop();
      expect(host.stderr).not.toContain('panel-token');
    },
  );

  longTest('killed while the panel holds its answer back: told again after the start', async () => {
    const panel = await startPanel(onEnd);
    const scene = await openScene({ onEnd });
    const { host } = scene;
    edit(host, { remote: { enabled: true, url: panel.url } });
    (await host.api.post('/remote/config/reload')).expect(200);
    let held = 0;
    panel.update = () => {
      held += 1;
    };
    const id = await scene.server({ startup_command: 'true' });
    await until(() => held > 0);
    await host.kill();
    panel.update = 200;
    await host.start();
    await until(() => panel.takenOnce.length >= 2, { timeoutMs: 60_000 });
    expect(panel.takenOnce).toEqual(
      ['installing', 'ready'].map((status) => ({ event: 'update', server: id, status })),
    );
  });

  longTest.skipIf(!hasOpenssl)(
    'a panel behind TLS: only with a certificate that the host trusts',
    async () => {
      const folder = tempDir(onEnd);
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const subject = ['-subj', '/CN=panel', '-addext', 'subjectAltName=IP:127.0.0.1'];
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-days',
          '2',
          '-keyout',
          key,
          '-out',
          cert,
          ...subject,
        ],
        { stdio: 'ignore' },
      );
      const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
      const panel = await startPanel(onEnd, tls);
      const host = own(await startHost({ dataDir: tempDir(onEnd) }), onEnd);
      edit(host, { remote: { enabled: true, url: panel.url } });
      (await host.api.post('/remote/config/reload')).expect(200);
      await until(() => /self-signed certificate/.test(host.stderr));
      expect(panel.requests).toEqual([]);
      const trusting = own(
        await startHost({ dataDir: tempDir(onEnd), env: { NODE_EXTRA_CA_CERTS: cert } }),
        onEnd,
      );
      edit(trusting, { remote: { enabled: true, url: panel.url } });
      (await trusting.api.post('/remote/config/reload')).expect(200);
      await until(() => panel.requests.some(({ path }) => path === '/api/health'));
    },
  );

  it('a failed install is told with its reason', async () => {
    const panel = await startPanel(onEnd);
    const host = own(await startHost({ dataDir: tempDir(onEnd) }), onEnd);
    edit(host, { remote: { enabled: true, url: panel.url } });
    (await host.api.post('/remote/config/reload')).expect(200);
    const volume = z
      .object({ volume_id: z.string() })
      .parse((await host.api.post('/volumes')).body).volume_id;
    const body = {
      internal_id: 'doomed',
      image: '127.0.0.1:1/nothing:none',
      volume_id: volume,
      startup_command: 'true',
    };
    (await host.api.post('/containers', body)).expect(200);
    await until(() => panel.takenOnce.length === 2, { timeoutMs: 60_000 });
    expect(panel.takenOnce[1]).toEqual({
      event: 'update',
      server: 'doomed',
      error: 'failed',
      data: expect.stringContaining('127.0.0.1:1/nothing:none'),
    });
    (await host.api.delete('/containers/doomed')).expect(200);
  });
});
