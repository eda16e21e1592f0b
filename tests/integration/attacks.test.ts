import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Client } from 'ssh2';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { suiteCleanup } from '../support/cleanup.ts';
import { rounds } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import type { ServerSocket } from '../support/socket-client.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const tokenReply = z.object({ token: z.string() });
const volumeReply = z.object({ volume_id: z.string() });

let scene: Scene;
let echo: ServerSocket;
let echoId: string;
let talkerId: string;
/** Median of the echo while nothing else goes on, in ms. */
let quiet: number;

/** What the host takes of memory, in MB. */
const memory = (): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${scene.host.pid}/status`, 'utf8'))?.[1]) / 1000;

let asked = 0;
/** The median time of some commands to come back from another server's program, in ms. */
async function medianEcho(count = 15): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    asked += 1;
    const began = performance.now();
    await echo.send({ event: 'send_command', command: `echo ${asked};\n` });
    await echo.waitForText(`echo ${asked};\n`);
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[Math.floor(count / 2)] ?? Number.POSITIVE_INFINITY;
}

/** During the attack the others hardly notice it, and the host stays small. */
async function expectUnharmed(): Promise<void> {
  const attacked = await medianEcho();
  expect(attacked, `the echo took ${attacked.toFixed(1)} ms, quiet ${quiet.toFixed(1)} ms`).toBeLessThan(
    100 + 5 * quiet,
  );
  expect(memory()).toBeLessThan(400);
}

async function token(request: object): Promise<string> {
  return (await scene.host.api.post('/auth/tokens', { ttl: '1h', ...request })).parse(tokenReply).token;
}

/** A socket, or the status that it was refused with. */
function open(id: string, secret: string): Promise<WebSocket | number> {
  const socket = new WebSocket(`${scene.host.url.replace('http', 'ws')}/ws/${id}?token=${secret}`);
  onEnd(() => socket.terminate());
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
  });
}

async function openMany(count: number, id: string, secret: string) {
  const results: (WebSocket | number)[] = [];
  for (let at = 0; at < count; at += 64)
    results.push(
      ...(await Promise.all(Array.from({ length: Math.min(64, count - at) }, () => open(id, secret)))),
    );
  const sockets = results.filter((one) => typeof one !== 'number');
  return { sockets, refused: results.filter((one) => typeof one === 'number') };
}

describe.skipIf(!has('images'))('attacks by who has a token, or none', () => {
  beforeAll(async () => {
    scene = await openScene({ onEnd });
    echoId = await scene.server({ startup_command: 'exec cat', tty: false });
    talkerId = await scene.server({
      startup_command:
        'i=0; l=$(printf "%0400d" 0); while [ $i -lt 10000 ]; do i=$((i+1)); echo "$l"; done; echo done; exec cat',
      tty: false,
    });
    for (const id of [echoId, talkerId]) (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    echo = await scene.connect(echoId, { duplicate: 'false' });
    await until(async () => (await scene.state(echoId)).state === 'running');
    const talker = await scene.connect(talkerId, { after: '0', duplicate: 'false' });
    await talker.waitForText('done\n');
    await talker.close();
    quiet = await medianEcho();
  });

  it('B4 thousands of sockets of one token: it gets 64, and nobody else goes without', async () => {
    const greedy = await token({ scopes: ['containers.read'], containers: [talkerId] });
    const { sockets, refused } = await openMany(rounds('sockets-of-a-token', 200, 4096), talkerId, greedy);
    expect([sockets.length, new Set(refused)]).toEqual([64, new Set([429])]);
    expect(typeof (await open(echoId, await token({ scopes: ['containers.read'] })))).not.toBe('number');
    await expectUnharmed();
    for (const socket of sockets) socket.terminate();
  });

  it('B4 readers of long histories that never read: the host keeps its size', async () => {
    const secret = scene.host.token;
    const { sockets } = await openMany(rounds('stalled-readers', 72, 400), talkerId, secret);
    for (const socket of sockets) {
      socket.pause();
      for (let count = 0; count < 2; count += 1) socket.send('{"event":"request_logs","lines":10000}');
    }
    // Until it has been as large as it gets for a while.
    let [worst, since] = [0, performance.now()];
    await until(async () => {
      await expectUnharmed();
      const now = memory();
      if (now > worst + 4) [worst, since] = [now, performance.now()];
      return performance.now() > since + 1500;
    });
    for (const socket of sockets) socket.terminate();
  });

  it('B6 forty listings of a long folder at once: eight are answered, the others are told to wait', async () => {
    const entries = rounds('long-folder', 4000, 100_000, 'entries');
    const volume = (await scene.host.api.post('/volumes', { size: 8192 })).parse(volumeReply, 201);
    const id = await scene.server({
      startup_command: `mkdir -p long && cd long && seq 1 ${entries} | xargs touch && echo made && exec cat`,
      volume_id: volume.volume_id,
      tty: false,
    });
    const maker = await scene.connect(id);
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    await maker.waitForText('made\n', 120_000);
    const secret = await token({ scopes: ['files.read'] });
    const list = async (): Promise<number> => {
      const reply = await fetch(`${scene.host.url}/volumes/${volume.volume_id}/files?path=long`, {
        headers: { authorization: `Bearer ${secret}`, accept: 'Application/vnd.pkglatv1+json' },
      });
      const text = await reply.text();
      if (reply.status === 429) expect(text).toContain('wait for their answers');
      else expect(text.length).toBeGreaterThan(entries * 50);
      return reply.status;
    };
    const listings = Promise.all(Array.from({ length: 40 }, list));
    await expectUnharmed();
    const statuses = await listings;
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(8);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(await list()).toBe(200);
    expect(memory()).toBeLessThan(400);
  });

  it('B5 twenty handshakes a second: no Diffie-Hellman over numbers, and they wait for their turn', async () => {
    const port = scene.host.sftpPort;
    const refused = new Promise<string>((resolve) => {
      const old = new Client();
      onEnd(() => void old.end());
      old.once('error', (error) => resolve(error.message));
      old.connect({
        host: '127.0.0.1',
        port,
        username: 'x',
        password: 'x',
        algorithms: { kex: ['diffie-hellman-group16-sha512'] },
      });
    });
    expect(await refused).toContain('no matching key exchange');
    const greeted: number[] = [];
    const began = performance.now();
    const hello = (): void => {
      const socket = connect(port, '127.0.0.1');
      onEnd(() => void socket.destroy());
      socket.on('error', () => {});
      socket.once('data', () => {
        greeted.push(performance.now() - began);
        socket.destroy();
      });
    };
    for (let count = 0; count < 20; count += 1) hello();
    await expectUnharmed();
    await until(() => greeted.length === 20);
    expect(greeted.filter((ms) => ms < 900).length).toBeLessThanOrEqual(10);
  });
});
