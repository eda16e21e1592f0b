import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, Socket, connect as tcp } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'ssh2';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { requestType as ask, string, u32, u64 } from '../../main/sftp/wire.ts';
import { MiB } from '../../shared/units.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { longTest, rounds } from '../support/lane.ts';
import { type Login, OpenSsh } from '../support/openssh.ts';
import { connectSsh, openFields, RawSftp, sftpOf } from '../support/raw-sftp.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { sftpServer } from '../support/sftp-server-scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const ready = has('docker') && has('images') && has('sftp') && process.platform === 'linux';

/** A way to the host whose host-to-client half can be stopped: a client that doesn't read. */
async function stoppable(login: Login): Promise<{ login: Login; stop: () => void }> {
  const ways: (() => void)[] = [];
  const server = createServer((near) => {
    const far = tcp(login.port, '127.0.0.1');
    for (const socket of [near, far]) socket.on('error', () => {});
    near.pipe(far);
    far.pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    ways.push(() => {
      far.unpipe(near);
      far.pause();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    login: { ...login, port: address.port },
    stop: () => {
      for (const way of ways) way();
    },
  };
}

const far = z.object({ id: z.number() });
/** ssh2 has no public way to speak wrongly; these reach into it. */
const protocolOf = (client: Client): object => Reflect.get(client, '_protocol');
const say = (client: Client, method: string, ...args: unknown[]): unknown =>
  Reflect.apply(Reflect.get(protocolOf(client), method), protocolOf(client), args);

describe.skipIf(!ready)('A13 SFTP under load, on a host in a process of its own', async () => {
  if (!ready) return;
  const onEnd = suiteCleanup();
  const scene = await openScene({ onEnd });
  const { path: root, login } = await sftpServer(scene, { megabytes: 4096 });

  /** Resident memory of the host in MiB. */
  const memory = (): number => {
    const text = readFileSync(`/proc/${scene.host.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1]) / 1024;
  };
  /** Resolves when the host has taken in what it was sent: for half a second it does next to nothing. */
  const rest = async (): Promise<void> => {
    const ticks = (): number => {
      const fields = readFileSync(`/proc/${scene.host.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return Number(fields[11]) + Number(fields[12]);
    };
    let last = Number.NEGATIVE_INFINITY;
    await until(
      () => {
        const now = ticks();
        const isAtRest = now - last <= 2;
        last = now;
        return isAtRest;
      },
      { everyMs: 500, what: 'the host to be at rest' },
    );
  };
  /** Its largest value while the work runs, above what it was before. */
  const growthDuring = async (work: () => Promise<unknown>): Promise<number> => {
    const before = memory();
    let most = before;
    const timer = setInterval(() => {
      most = Math.max(most, memory());
    }, 50);
    try {
      await work();
    } finally {
      clearInterval(timer);
    }
    return Math.max(most, memory()) - before;
  };

  longTest(
    'A13 much goes up and down in constant memory',
    async () => {
      const client = new OpenSsh(login);
      const size = rounds('sftp-load, a file up and down', 96, 1024, 'MiB') * MiB;
      writeFileSync(join(client.folder, 'zeros'), '');
      truncateSync(join(client.folder, 'zeros'), size);
      const growth = await growthDuring(async () => {
        expect(await client.sftp('put zeros', 'get zeros /dev/null')).toMatchObject({ code: 0, stderr: '' });
      });
      expect(statSync(join(root, 'zeros')).size).toBe(size);
      expect(growth).toBeLessThan(160);
    },
    300_000,
  );

  test('A13 a Node client with pipelining moves a file unharmed', { timeout: 120_000 }, async () => {
    const folder = tempDir();
    const [from, back] = [join(folder, 'from'), join(folder, 'back')];
    writeFileSync(from, Buffer.from(Array.from({ length: 1 << 22 }, (_, i) => Math.imul(i, i) >> 7)));
    const sftp = await sftpOf(await connectSsh(login, onTestFinished));
    await new Promise<void>((resolve, reject) =>
      sftp.fastPut(from, 'pipelined', (error) => (error ? reject(error) : resolve())),
    );
    await new Promise<void>((resolve, reject) =>
      sftp.fastGet('pipelined', back, (error) => (error ? reject(error) : resolve())),
    );
    const digest = async (path: string): Promise<string> => {
      const hash = createHash('sha256');
      await pipeline(createReadStream(path), hash);
      return hash.digest('hex');
    };
    expect(await digest(join(root, 'pipelined'))).toBe(await digest(from));
    expect(await digest(back)).toBe(await digest(from));
  });

  test('A13 a folder of 10,000 entries', { timeout: 120_000 }, async () => {
    const client = new OpenSsh(login);
    await client.sftp('mkdir crowd');
    for (let n = 0; n < 10_000; n += 1) writeFileSync(join(root, 'crowd', `file ${n}`), '');
    const listed = await client.sftp('ls -l crowd');
    expect(listed.code).toBe(0);
    const names = listed.stdout.match(/file \d+$/gm) ?? [];
    expect(new Set(names).size).toBe(10_000);
    const sftp = await sftpOf(await connectSsh(login, onTestFinished));
    const entries = await new Promise<number>((resolve, reject) =>
      sftp.readdir('crowd', (error, list) => (error ? reject(error) : resolve(list.length))),
    );
    expect(entries).toBe(10_000);
  });

  test('A13 many sessions at once', { timeout: 300_000 }, async () => {
    await Promise.all(
      Array.from({ length: rounds('sftp-load, sessions at once', 8, 20, 'sessions') }, async (_, n) => {
        const client = new OpenSsh(login);
        const bytes = Buffer.alloc(2_000_000, n + 1);
        writeFileSync(join(client.folder, 'mine'), bytes);
        const done = await client.sftp(`put mine crowd-${n}`, `get crowd-${n} back`, `rm crowd-${n}`);
        expect(done).toMatchObject({ code: 0, stderr: '' });
        expect(readFileSync(join(client.folder, 'back')).equals(bytes)).toBe(true);
      }),
    );
  });

  test('A13 who asks for everything and reads nothing fills no memory', { timeout: 120_000 }, async () => {
    writeFileSync(join(root, 'large'), Buffer.alloc(8_000_000));
    const way = await stoppable(login);
    const client = await connectSsh(way.login, onTestFinished);
    const raw = await RawSftp.open(client);
    const file = await raw.handle(ask.open, ...openFields('large', 1));
    // An endless window: only the socket holds the host back.
    const { id } = far.parse(Reflect.get(raw.channel, 'outgoing'));
    say(client, 'channelWindowAdjust', id, 0x7000_0000);
    const growth = await growthDuring(async () => {
      way.stop();
      for (let n = 0; n < 10_000; n += 1) raw.send(ask.read, file, u64(0), u32(255 * 1024));
      await rest();
    });
    expect(growth).toBeLessThan(100);
    // And nobody else notices.
    expect((await new OpenSsh(login).sftp('ls large')).code).toBe(0);
  });

  longTest(
    'A13 a flood of small requests that ssh2 answers by itself is cut off',
    async () => {
      const way = await stoppable(login);
      const client = await connectSsh(way.login, onTestFinished);
      const socket: unknown = Reflect.get(client, '_sock');
      if (!(socket instanceof Socket)) throw new Error('ssh2 keeps its socket elsewhere now');
      let closed = false;
      client.on('close', () => {
        closed = true;
      });
      way.stop();
      const growth = await growthDuring(async () => {
        for (let n = 0; n < 1000 && !closed; n += 1) {
          socket.cork();
          for (let m = 0; m < 1000; m += 1) say(client, 'ping');
          socket.uncork();
          await new Promise((resolve) => setImmediate(resolve));
        }
        await until(() => closed, { timeoutMs: 200_000, what: 'the flood to be cut off' });
      });
      expect(growth).toBeLessThan(100);
      expect(scene.host.stderr).toContain('flooded');
    },
    300_000,
  );

  longTest(
    'A13 data beyond the window that was granted is cut off',
    async () => {
      const way = await stoppable(login);
      const client = await connectSsh(way.login, onTestFinished);
      const raw = await RawSftp.open(client);
      const file = await raw.handle(ask.open, ...openFields('large', 1));
      let closed = false;
      client.on('close', () => {
        closed = true;
      });
      way.stop();
      const { id } = far.parse(Reflect.get(raw.channel, 'outgoing'));
      const request = Buffer.concat([
        u32(25),
        Buffer.from([ask.read]),
        u32(1),
        file,
        u64(0),
        u32(255 * 1024),
      ]);
      const many = Buffer.concat(Array.from({ length: 1000 }, () => request));
      const growth = await growthDuring(async () => {
        for (let n = 0; n < 4000 && !closed; n += 1) {
          say(client, 'channelData', id, many);
          await new Promise((resolve) => setImmediate(resolve));
        }
        await until(() => closed, { timeoutMs: 200_000, what: 'the flood to be cut off' });
      });
      expect(growth).toBeLessThan(200);
      expect(
        await (await RawSftp.open(await connectSsh(login, onTestFinished))).ask(ask.stat, string('/')),
      ).toMatchObject({ type: 105 });
    },
    300_000,
  );
});
