import { statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { Client } from 'ssh2';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { requestType as ask, openFlag, string, u64 } from '../../main/sftp/wire.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { longTest } from '../support/lane.ts';
import { connectSsh, openFields, RawSftp, sftpOf } from '../support/raw-sftp.ts';
import { openSftpWorld } from '../support/sftp-world.ts';
import { until } from '../support/until.ts';

/** How long a login takes to fail, in ms, and in which words. */
async function failure(login: { username: string; password: string; port: number }) {
  const started = performance.now();
  const error = await connectSsh(login, onTestFinished).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { ms: performance.now() - started, words: error instanceof Error ? error.message : null };
}

const closedBy = (client: Client): Promise<void> =>
  new Promise((resolve) => client.on('close', () => resolve()));

describe('A13 logging in over SFTP', async () => {
  const onEnd = suiteCleanup();
  const world = await openSftpWorld(onEnd);

  // That it is three seconds: login-gate.test.ts.
  test('A13 a wrong password and an unknown user are told alike, after the delay of a failure', async () => {
    world.failureDelayMs = 1500;
    onTestFinished(() => {
      world.failureDelayMs = 10;
    });
    const login = await world.login('one');
    const failing = Promise.all([
      failure({ ...login, password: 'wrong' }),
      failure({ ...login, username: 'nobody-of-that-name' }),
      failure({ ...login, username: '', password: '' }),
      failure({ ...login, username: `${login.username}\0` }),
    ]);
    await connectSsh(login, onTestFinished);
    const failed = await failing;
    for (const { ms } of failed) expect(ms).toBeGreaterThan(1400);
    expect(new Set(failed.map(({ words }) => words)).size).toBe(1);
    const logins = world.audit.filter(({ action }) => action === 'login');
    expect(logins.filter(({ result }) => result === 'ok')).toMatchObject([
      { actor: login.username, container: 'one', volume: 'one', via: 'sftp' },
    ]);
    expect(logins.filter(({ result }) => result !== 'ok')).toHaveLength(4);
    expect(JSON.stringify(world.audit)).not.toContain(login.password);
  });

  longTest('A13 six failures end a connection', async () => {
    const login = await world.login('one');
    const client = new Client();
    let tries = 0;
    client.on('error', () => {});
    onTestFinished(() => void client.end());
    const ended = closedBy(client);
    client.connect({
      host: '127.0.0.1',
      port: login.port,
      username: login.username,
      readyTimeout: 60_000,
      authHandler: (_methods, _partial, next) => {
        tries += 1;
        next({ type: 'password', username: login.username, password: `wrong ${tries}` });
        return undefined;
      },
    });
    await ended;
    expect(tries).toBe(6);
  });

  test('A13 keys and other ways than a password are refused', async () => {
    const login = await world.login('one');
    const client = new Client();
    onTestFinished(() => void client.end());
    const methods = await new Promise<unknown>((resolve) => {
      client.on('error', () => {});
      client.connect({
        host: '127.0.0.1',
        port: login.port,
        username: login.username,
        authHandler: (left, _partial, next) => {
          if (left) resolve(left);
          next({ type: 'none', username: login.username });
          return undefined;
        },
      });
    });
    expect(methods).toEqual(['password']);
  });

  test('A13 a new password ends open sessions at once, and the old one is good for nothing', async () => {
    writeFileSync(join(world.volumes.one, 'kept'), 'kept');
    const login = await world.login('one');
    const client = await connectSsh(login, onTestFinished);
    const raw = await RawSftp.open(client);
    const file = await raw.handle(ask.open, ...openFields('kept', openFlag.write));
    const other = await connectSsh(await world.login('two'), onTestFinished);
    const ended = closedBy(client);
    const renewed = await world.sftp.reset('one', { password: 'another one' });
    raw.send(ask.write, file, u64(0), string('lost'));
    await ended;
    expect(renewed.username).toBe(login.username);
    expect(statSync(join(world.volumes.one, 'kept')).size).toBe(4);
    expect((await failure(login)).words).not.toBeNull();
    await connectSsh({ ...login, password: 'another one' }, onTestFinished);
    // The other server's session went on.
    await sftpOf(other);
  });

  test('A13 the end of a server ends its access and its sessions at once', async () => {
    const login = await world.login('two');
    const client = await connectSsh(login, onTestFinished);
    const ended = closedBy(client);
    world.sftp.removeServer('two');
    await ended;
    expect((await failure(login)).words).not.toBeNull();
    expect(world.sftp.info('two')).toBeNull();
  });

  longTest('A13 a login whose server is gone is refused, also before its record is', async () => {
    const login = await world.login('two');
    world.servers.delete('two');
    onTestFinished(() => void world.servers.add('two'));
    expect((await failure(login)).words).not.toBeNull();
    world.sftp.removeOrphans(world.servers);
    expect(world.sftp.info('two')).toBeNull();
  });

  test('A13 a session sees the volume of its own server alone', async () => {
    writeFileSync(join(world.volumes.one, 'mine'), '');
    const raw = await RawSftp.open(await connectSsh(await world.login('two'), onTestFinished));
    expect(await raw.ask(ask.stat, string('/mine'))).toMatchObject({ status: 2 });
    expect(await raw.ask(ask.stat, string('/one/mine'))).toMatchObject({ status: 2 });
  });

  longTest('A13 five minutes without a request end a session', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const client = await connectSsh(await world.login('one'), onTestFinished);
    const raw = await RawSftp.open(client);
    let ended = false;
    void closedBy(client).then(() => {
      ended = true;
    });
    onTestFinished(() => {
      world.ahead = 0;
    });
    world.ahead = 4 * 60_000;
    expect(await raw.ask(ask.stat, string('/'))).toMatchObject({ type: 105 });
    vi.advanceTimersByTime(10_000);
    world.ahead = 8 * 60_000;
    expect(await raw.ask(ask.stat, string('/'))).toMatchObject({ type: 105 });
    vi.advanceTimersByTime(10_000);
    expect(await raw.ask(ask.stat, string('/'))).toMatchObject({ type: 105 });
    expect(ended).toBe(false);
    world.ahead = 14 * 60_000;
    vi.advanceTimersByTime(10_000);
    await until(() => ended, { what: 'the end of the idle session' });
  });

  longTest(
    'A13 half-open logins are bounded for each address, end by themselves, and leave room for others',
    async () => {
      const login = await world.login('one');
      // Of those that connect now: their time to log in goes by at our word.
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => void vi.useRealTimers());
      const halfOpen = (): Socket => {
        const socket = connect(world.port, '127.0.0.1');
        socket.on('error', () => {});
        socket.resume();
        onTestFinished(() => void socket.destroy());
        return socket;
      };
      const sockets = Array.from({ length: 60 }, halfOpen);
      // 32 of one address may wait; the others are closed at once.
      await until(() => sockets.filter((socket) => socket.destroyed).length >= 28);
      expect(sockets.filter((socket) => !socket.destroyed)).toHaveLength(32);
      vi.advanceTimersByTime(29_000);
      const late = halfOpen();
      await until(() => late.destroyed, { what: 'one too many to be closed' });
      expect(sockets.filter((socket) => !socket.destroyed)).toHaveLength(32);
      // Of one address ten a second are let in, and the time of each begins then.
      const isOver = (): boolean => {
        vi.advanceTimersByTime(1_000);
        return sockets.every((socket) => socket.destroyed);
      };
      await until(isOver, { what: 'the end of the time to log in' });
      vi.useRealTimers();
      await connectSsh(login, onTestFinished);
    },
  );

  longTest('A13 listening is switched off and on again while the host runs', async () => {
    const login = await world.login('one');
    const client = await connectSsh(login, onTestFinished);
    const ended = closedBy(client);
    const settings = { enabled: true, host: '127.0.0.1', port: 0 };
    await world.sftp.apply({ ...settings, enabled: false });
    await ended;
    expect(world.sftp.info('one')).toMatchObject({ state: 'disabled', port: 0 });
    await world.sftp.apply(settings);
    expect(world.sftp.info('one')).toMatchObject({ state: 'listening', port: world.sftp.port });
    world.port = world.sftp.port ?? 0;
    await connectSsh({ ...login, port: world.port }, onTestFinished);
  });

  longTest('A13 a port that is taken is told, and the host goes on', async () => {
    const other = await openSftpWorld(onTestFinished);
    await other.login('one');
    await other.sftp.apply({ enabled: true, host: '127.0.0.1', port: world.port });
    expect(other.sftp.info('one')).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining(`The SFTP port ${world.port} is taken by`),
    });
    expect(other.logged.join()).toContain('SFTP is not available');
    await other.sftp.apply({ enabled: true, host: '127.0.0.1', port: 0 });
    expect(other.sftp.state).toBe('listening');
  });
});
