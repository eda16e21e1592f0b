import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { own, suiteCleanup } from '../support/cleanup.ts';
import { type HostProcess, startHost } from '../support/host-process.ts';
import { longSuite, longTest, rounds } from '../support/lane.ts';
import { openScene } from '../support/scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const entry = join(import.meta.dirname, '../../dist/main/headless.js');

function runHost(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], { timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

describe('the headless host', () => {
  it('answers on 127.0.0.1 and ::1, keeps its configuration private, and ends with 0 on SIGTERM and SIGINT', async () => {
    const dataDir = tempDir(onEnd);
    const host = own(await startHost({ dataDir }), onEnd);
    const { port } = new URL(host.url);
    for (const name of ['127.0.0.1', '[::1]', 'localhost']) {
      const reply = await fetch(`http://${name}:${port}/api/v1/public/ping`);
      expect(await reply.json()).toMatchObject({ status: 'ok', message: 'Lightd is running' });
    }
    expect(host.token).toMatch(/^lightd_[0-9a-f]{32}$/);
    if (process.platform !== 'win32') expect(statSync(join(dataDir, 'config.json')).mode & 0o777).toBe(0o600);
    expect(await host.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    await host.start();
    expect(await host.stop('SIGINT')).toEqual({ code: 0, signal: null });
  });

  it('is built without what it never asks of its libraries, and in letters of one byte each', () => {
    const folder = join(entry, '..');
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const parts = names.filter((name) => name.endsWith('.js'));
    expect(parts.length).toBeGreaterThan(2);
    for (const name of parts) {
      const code = readFileSync(join(folder, name), 'utf8');
      // What isn't in it is read from node_modules when it runs.
      const unwanted =
        /node_modules\/(?:@grpc|protobufjs)|(?:require|import)\(["'](?:@grpc|protobufjs|dockerode)|from ["']dockerode/;
      expect(unwanted.exec(code)?.[0], name).toBeUndefined();
      // One such letter makes V8 keep the whole text with two bytes for each.
      expect(/[^\u0000-\u00ff]/.exec(code)?.[0], name).toBeUndefined();
    }
  });

  it('sets no flag that this V8 does not know, which it would complain about on standard error', () => {
    const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
    const code = readFileSync(join(import.meta.dirname, '../../main/headless.ts'), 'utf8');
    const flags = [...code.matchAll(/setFlagsFromString\('(--[a-z-]+)=/g)].map(([, name]) => name);
    expect(flags).toHaveLength(2);
    for (const flag of flags) expect(known).toContain(`${flag} (`);
  });

  it('keeps a second host off its folder and its port, saying who has them; also after a crash', async () => {
    const dataDir = tempDir(onEnd);
    const host = own(await startHost({ dataDir }), onEnd);
    const { port } = new URL(host.url);
    const [second, taken] = await Promise.all([
      runHost('--data', dataDir, '--port', '0'),
      runHost('--data', tempDir(onEnd), '--port', port),
    ]);
    expect([second.code, second.stderr]).toEqual([3, expect.stringContaining(String(host.pid))]);
    expect([taken.code, taken.stderr]).toEqual([3, expect.stringContaining('another Lightdeck')]);
    await host.kill();
    await host.start();
    expect((await fetch(`${host.url}/api/v1/public/ping`)).status).toBe(200);
  });

  it('says which other program holds its port', async () => {
    const stranger = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    onEnd(() => new Promise<void>((resolve) => stranger.close(() => resolve())));
    const address = stranger.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const foreign = await runHost('--data', tempDir(onEnd), '--port', String(port));
    expect(foreign.code).toBe(3);
    expect(foreign.stderr).toContain(process.platform === 'linux' ? `pid ${process.pid}` : 'another program');
  });

  it('A14 shows, resets and sets the master token', async () => {
    const data = tempDir(onEnd);
    const first = (await runHost('--data', data, '--token', 'what')).stdout.trim();
    expect(first).toMatch(/^lightd_[0-9a-f]{32}$/);
    expect((await runHost('--data', data, '--token', 'what')).stdout.trim()).toBe(first);
    expect((await runHost('--data', data, '--token', 'reset')).stdout.trim()).not.toBe(first);
    await runHost('--data', data, '--token', 'set', 'lightd_my-own-secret-token');
    expect((await runHost('--data', data, '--token', 'what')).stdout.trim()).toBe(
      'lightd_my-own-secret-token',
    );
    expect((await runHost('--data', data, '--token', 'set', 'short')).code).toBe(2);
    expect((await runHost('--nonsense')).code).toBe(2);
  });

  it('B8 a master token that is reset is not taken any more at once, by the host that runs, too', async () => {
    const dataDir = tempDir(onEnd);
    const host = own(await startHost({ dataDir }), onEnd);
    const old = host.api;
    (await old.get('/containers')).expect(200);
    const reset = await runHost('--data', dataDir, '--token', 'reset');
    expect([reset.code, reset.stderr]).toEqual([0, '']);
    expect((await old.get('/containers')).status).toBe(401);
    // One that doesn't know the token of the file: that is told.
    const config = join(dataDir, 'config.json');
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace(reset.stdout.trim(), 'lightd_by-hand-written'));
    const again = await runHost('--data', dataDir, '--token', 'reset');
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('still takes the old token')]);
  });

  it('never writes a token to its log', async () => {
    const host = own(await startHost({ dataDir: tempDir(onEnd), args: ['--dev'] }), onEnd);
    await fetch(`${host.url}/ws/x?token=${host.token}`);
    await host.api.get('/containers');
    await fetch(`${host.url}/nothing?token=${host.token}`);
    await host.stop();
    expect(host.stderr).not.toContain(host.token);
  });
});

longSuite('nothing leaks', process.platform !== 'linux', () => {
  longTest(
    'starting and stopping a server again and again leaves no descriptor, timer or memory behind',
    async () => {
      const scene = await openScene({ onEnd });
      const id = await scene.server({
        startup_command: 'echo up; read x',
        start_pattern: 'up',
        restart_policy: 'no',
        tty: false,
      });
      const socket = await scene.connect(id);
      const cycle = async (): Promise<void> => {
        const since = socket.mark();
        await socket.send({ event: 'power', action: 'start' });
        await socket.waitFor('event', (frame) => frame.data === 'running', { since });
        await socket.send({ event: 'power', action: 'kill' });
        await socket.waitFor('event', (frame) => frame.data === 'exit', { since });
      };
      const open = (): string[] => readdirSync(`/proc/${scene.host.pid}/fd`);
      const count = rounds('headless, starts and stops', 5, 200);
      const warmUp = Math.ceil(count / 10);
      for (let n = 0; n < warmUp; n += 1) await cycle();
      await settle(open);
      const before = open().length;
      const own = await handles(scene.host);
      for (let n = warmUp; n < count; n += 1) await cycle();
      await until(async () => open().length <= before + 2 && (await handles(scene.host)) <= own + 2, {
        timeoutMs: 60_000,
        what: 'descriptors and sockets to be as many as before',
      });
      expect(socket.console.problems).toEqual([]);
      expect(socket.console.text.match(/^up$/gm)).toHaveLength(count);
      expect(scene.host.stderr).not.toContain('MaxListenersExceededWarning');
    },
    300_000,
  );
});

/** Idle connections to the engine close after a few seconds. */
async function settle(open: () => string[]): Promise<void> {
  let last = -1;
  await until(
    () => {
      const now = open().length;
      const same = now === last;
      last = now;
      return same;
    },
    { everyMs: 3000, timeoutMs: 60_000 },
  );
}

/** Sockets that the process holds, by the kernel's own list. */
async function handles(host: HostProcess): Promise<number> {
  const { readlinkSync } = await import('node:fs');
  return readdirSync(`/proc/${host.pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${host.pid}/fd/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}
