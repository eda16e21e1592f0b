import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { suiteCleanup } from '../support/cleanup.ts';
import { rounds } from '../support/lane.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { connectHost, connectServer, SocketRefused } from '../support/socket-client.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const tokenReply = z.object({ token: z.string(), expires_at: z.string() });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let scene: Scene;
let id: string;
/** Pieces of 40 KiB, some 0.6 MB a second: no test process could read the engine's full speed a hundred times. */
const floodPieces = 220;
/** A shell that answers each line; `flood` prints 9 MB in 14 s. */
const program = `echo up; while read -r x; do case "$x" in flood) n=0; while [ $n -lt ${floodPieces} ]; do n=$((n+1)); yes "0123456789 the quick brown fox jumps over the lazy dog 0123456789 ab" | head -c 40960; usleep 60000; done; echo flood done;; *) echo "got $x";; esac; done`;

beforeAll(async () => {
  scene = await openScene({ onEnd });
  id = await scene.server({
    startup_command: program,
    start_pattern: '^up',
    tty: false,
    stop: { signal: 'SIGTERM', timeout: 2 },
  });
  (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
  await until(async () => (await scene.state(id)).state === 'running');
});

async function token(body: object): Promise<{ token: string; expires_at: string }> {
  return (await scene.host.api.post('/auth/tokens', body)).parse(tokenReply);
}

async function refusal(attempt: Promise<unknown>): Promise<SocketRefused> {
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof SocketRefused) return error;
  throw new Error(`expected a refused upgrade, got ${String(error)}`);
}

describe('connecting', () => {
  it('S1 refuses a missing, wrong or malformed token with 401 and a reason, and takes a header', async () => {
    const { url, token: master } = scene.host;
    for (const bad of [null, '', 'lightd_wrongwrongwrong', 'nonsense']) {
      const refused = await refusal(connectServer({ url, token: bad }, id));
      expect([refused.status, refused.body]).toEqual([
        401,
        '{"error":"Missing or invalid authorization token"}',
      ]);
    }
    const byHeader = await connectServer(
      { url, token: null, headers: { authorization: `Bearer ${master}` } },
      id,
    );
    expect((await byHeader.waitFor('event')).data).toBe('running');
    byHeader.terminate();
  });

  it('S2 a single-use token lets exactly one of 50 simultaneous connects in', async () => {
    const { token: once } = await token({ ttl: '1m', remove_on_use: true });
    const attempts = await Promise.allSettled(
      Array.from({ length: 50 }, () => connectServer({ url: scene.host.url, token: once }, id)),
    );
    const winners = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    const refused = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []));
    expect(winners).toHaveLength(1);
    expect(refused.every((reason) => reason instanceof SocketRefused && reason.status === 401)).toBe(true);
    expect((await winners[0]?.waitFor('event'))?.data).toBe('running');
    await winners[0]?.close();
  });

  it('S3 warns of the end of a token, and closes with 4001 within a second of it', async () => {
    const short = await token({ ttl: '2s' });
    const socket = await scene.connect(id, {}, short.token);
    expect((await socket.waitFor('token_expiring')).expires_in).toBeLessThanOrEqual(2);
    const closed = await socket.closed;
    expect(closed).toEqual({ code: 4001, reason: 'token expired' });
    const late = Date.now() - Date.parse(short.expires_at);
    expect(late).toBeGreaterThan(-50);
    expect(late).toBeLessThan(1000);
    expect((await refusal(scene.connect(id, {}, short.token))).status).toBe(401);
  });

  it('S3 a revoked token closes its sockets with 4002', async () => {
    const revocable = await token({ ttl: '1h', label: 'to be revoked' });
    const socket = await scene.connect(id, {}, revocable.token);
    const list = (await scene.host.api.get('/auth/tokens')).parse(
      z.object({ tokens: z.array(z.object({ id: z.string(), label: z.string() })) }),
    );
    const found = list.tokens.find(({ label }) => label === 'to be revoked');
    await scene.host.api.delete(`/auth/tokens/${found?.id}`);
    expect(await socket.closed).toEqual({ code: 4002, reason: 'token revoked' });
  });

  it('S4 an unknown server: the socket opens, is silent, and comes alive with the server', async () => {
    const socket = await scene.connect('born-later');
    await pause(300);
    expect(socket.frames).toEqual([]);
    await scene.server({ startup_command: 'echo hi' }, 'born-later');
    await socket.waitFor('event', (frame) => frame.data === 'installed');
    (await scene.host.api.delete('/containers/born-later')).expect(200);
    await socket.send({ event: 'send_command', command: 'x' });
    expect(
      (await socket.waitFor('daemon_message', (frame) => frame.data.startsWith('Error: there is no'))).data,
    ).toContain('born-later');
  });

  it('S6 first the state, then the last stats', async () => {
    const first = await scene.connect(id);
    await first.waitFor('stats');
    const second = await scene.connect(id);
    await second.waitFor('stats');
    expect(second.frames.slice(0, 2).map((frame) => frame.event)).toEqual(['event', 'stats']);
    first.terminate();
    second.terminate();
  });

  it('X6 a token with scopes is refused what it lacks', async () => {
    const reader = await token({ ttl: '1h', scopes: ['containers.read', 'console.read'] });
    const socket = await scene.connect(id, {}, reader.token);
    await socket.send({ event: 'send_command', command: 'x\n' });
    await socket.waitFor('daemon_message', (frame) => frame.data === 'Error: not permitted: console.send');
    await socket.send({ event: 'power', action: 'kill' });
    await socket.waitFor('daemon_message', (frame) => frame.data === 'Error: not permitted: power');
    const blind = await token({ ttl: '1h', scopes: ['containers.read', 'console.send'] });
    const writer = await scene.connect(id, {}, blind.token);
    await writer.send({ event: 'send_command', command: 'secret\n' });
    await socket.waitForText('got secret');
    expect(writer.all('console')).toEqual([]);
    const none = await token({ ttl: '1h', scopes: ['network'] });
    expect((await refusal(scene.connect(id, {}, none.token))).status).toBe(403);
    expect((await refusal(connectHost({ url: scene.host.url, token: none.token }))).status).toBe(403);
  });
});

describe('text', () => {
  it('S8 S9 X1 each console frame is followed by its twin, and offsets count bytes', async () => {
    const socket = await scene.connect(id);
    const plain = await scene.connect(id, { duplicate: 'false' });
    await socket.send({ event: 'send_command', command: 'grüße €😀\n' });
    await socket.waitForText('got grüße €😀\n');
    await plain.waitForText('got grüße €😀\n');
    const texts = socket.frames.filter(
      (frame) => frame.event === 'console' || frame.event === 'console duplicate',
    );
    for (const [index, frame] of texts.entries()) {
      if (index % 2 === 1)
        expect(frame).toEqual({
          event: 'console duplicate',
          data: socket.all('console')[(index - 1) / 2]?.data,
        });
    }
    expect(plain.all('console duplicate')).toEqual([]);
    expect(plain.all('console')[0]?.offset).toBe(socket.all('console')[0]?.offset);
    expect(socket.console.problems).toEqual([]);
  });

  it('S12 commands of several clients arrive in the order in which they were received', async () => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => scene.connect(id)));
    const watcher = await scene.connect(id);
    const got = (): string[] =>
      [...watcher.console.text.matchAll(/^got word-\d+$/gm)].map((match) => match[0]);
    const sent: string[] = [];
    for (let n = 0; n < 200; n += 1) {
      sent.push(`got word-${n}`);
      await clients[n % 4]?.send({ event: 'send_command', command: `word-${n}\n` });
      // What was sent over different sockets may be received in any order, until an answer shows that the host has it all.
      if (n % 10 === 9) await until(() => got().length === sent.length, { what: 'the answers of a round' });
    }
    for (const client of [0, 1, 2, 3]) {
      const own = (all: string[]): string[] =>
        all.filter((line) => Number(line.split('-')[1]) % 4 === client);
      expect(own(got())).toEqual(own(sent));
    }
    const round = (line: string): number => Math.floor(Number(line.split('-')[1]) / 10);
    expect(got().map(round)).toEqual(sent.map(round));
  });

  it('S12 what is typed while the server is only starting reaches it, once and in order', async () => {
    const other = await scene.server({
      startup_command: 'while read -r line; do echo "got $line"; done',
      tty: false,
      stop: { timeout: 1 },
    });
    const socket = await scene.connect(other);
    await socket.send({ event: 'power', action: 'start' });
    const words = Array.from({ length: 20 }, (_, n) => `early-${n}`);
    for (const word of words) await socket.send({ event: 'send_command', command: `${word}\n` });
    await socket.waitForText('got early-19\n');
    expect(socket.console.text).toBe(words.map((word) => `got ${word}\n`).join(''));
    expect(socket.all('daemon_message').filter(({ data }) => data.startsWith('Error'))).toEqual([]);
  });

  it('S14 X2 logs end where the console goes on, with any number of lines, and page back', async () => {
    const socket = await scene.connect(id);
    for (let n = 0; n < 50; n += 1) await socket.send({ event: 'send_command', command: `page ${n}\n` });
    await socket.waitForText('got page 49\n');
    await socket.send({ event: 'request_logs', lines: 10 });
    const logs = await socket.waitFor('logs');
    expect(logs.data.split('\n').slice(-3)).toEqual(['got page 48', 'got page 49', '']);
    expect(logs.data.split('\n')).toHaveLength(11);
    expect(logs.to - logs.from).toBe(Buffer.byteLength(logs.data));
    const since = socket.mark();
    await socket.send({ event: 'request_logs', lines: 10, before: logs.from });
    const older = await socket.waitFor('logs', () => true, { since });
    expect(older.to).toBe(logs.from);
    expect(older.data.startsWith('got page 30\n')).toBe(true);
    await socket.send({ event: 'send_command', command: 'after\n' });
    const next = await socket.waitFor('console', () => true, { since });
    expect(next.offset).toBe(logs.to);
  });
});

describe('S15 bad input', () => {
  it('is answered, and the socket stays open', async () => {
    const socket = await scene.connect(id);
    const bad: (string | Buffer)[] = [
      '',
      'nonsense',
      '[]',
      'null',
      '{"event":"dance"}',
      '{"event":"power","action":"explode"}',
      '{"event":"send_command"}',
      Buffer.from([1, 2]),
    ];
    for (const frame of bad) await socket.send(frame);
    await until(() => socket.all('daemon_message').length === bad.length);
    expect(socket.all('daemon_message').every((frame) => frame.data.startsWith('Error: '))).toBe(true);
    await socket.send({ event: 'send_command', command: 'alive\n', unknown_key: 1 });
    await socket.waitForText('got alive');
  });
  it('too much of it closes with 1008, a frame over 64 KiB with 1009', async () => {
    const rude = await scene.connect(id);
    for (let n = 0; n < 20; n += 1) await rude.send('x').catch(() => {});
    expect((await rude.closed).code).toBe(1008);
    const fat = await scene.connect(id);
    await fat.send({ event: 'send_command', command: 'x'.repeat(64 * 1024) }).catch(() => {});
    expect((await fat.closed).code).toBe(1009);
  });
});

/** Counts what it gets without parsing it, so that a hundred of them fit into one test process. */
class CountingClient {
  frames = 0;
  bytes = 0;
  last = '';
  readonly socket: WebSocket;

  constructor(url: string) {
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket.on('message', (data: Buffer) => {
      if (data.subarray(0, 18).toString() !== '{"event":"console"') return;
      this.frames += 1;
      this.bytes += data.length;
      this.last = data.subarray(-200).toString();
    });
    this.socket.on('error', () => {});
    onEnd(() => this.socket.terminate());
  }
}

describe('S5 X4 many clients', () => {
  it('many clients and one that stopped reading: the others miss nothing, memory stays bounded, the lazy one is told its gap', async () => {
    const url = `${scene.host.url.replace('http', 'ws')}/ws/${id}?token=${scene.host.token}&duplicate=false`;
    const count = rounds('clients of a flood', 25, 100, 'clients');
    const clients = Array.from({ length: count }, () => new CountingClient(url));
    await Promise.all(clients.map(({ socket }) => once(socket, 'open')));
    const lazy = await scene.connect(id, { duplicate: 'false' });
    lazy.pause();
    const before = await rss();
    const driver = await scene.connect(id, { duplicate: 'false' });
    await driver.send({ event: 'send_command', command: 'flood\n' });
    let peak = before;
    const all = (): boolean => clients.every(({ last }) => last.includes('flood done'));
    await until(
      async () => {
        peak = Math.max(peak, await rss());
        return all();
      },
      { timeoutMs: 60_000, what: 'all clients to have the end of the flood' },
    );
    // Each of them got the same frames; a gap would have cost one of them some.
    expect(new Set(clients.map(({ frames, bytes }) => `${frames} frames, ${bytes} bytes`)).size).toBe(1);
    expect(clients[0]?.bytes).toBeGreaterThan(floodPieces * 40_960);
    lazy.resume();
    await until(() => lazy.console.gaps.length > 0 && lazy.console.end === driver.console.end, {
      timeoutMs: 60_000,
    });
    expect(lazy.console.problems).toEqual([]);
    // Without a bound the lazy client alone would hold the whole flood; a queue for each of the others would be gigabytes.
    expect(peak - before).toBeLessThan(200 * 1024 * 1024);
    for (const { socket } of clients) socket.terminate();
  });
});

async function rss(): Promise<number> {
  const status = await readFile(`/proc/${scene.host.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}

describe('S13 power', () => {
  it('one action at a time, named; kill passes', async () => {
    const stubborn = await scene.server({
      startup_command: 'trap "" TERM; echo up; while :; do sleep 0.2; done',
      start_pattern: 'up',
      stop: { signal: 'SIGTERM', timeout: 30 },
    });
    const socket = await scene.connect(stubborn);
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', (frame) => frame.data === 'running');
    await socket.send({ event: 'power', action: 'stop' });
    await socket.waitFor('event', (frame) => frame.data === 'stopping');
    await socket.send({ event: 'power', action: 'restart' });
    await socket.waitFor(
      'daemon_message',
      (frame) => frame.data === "Error: can't restart now: stop is under way",
    );
    await socket.send({ event: 'power', action: 'kill' });
    await socket.waitFor('event', (frame) => frame.data === 'exit');
  });
  it('restart is stop, then start; a program that does not stop is killed after its grace, each step told', async () => {
    const stubborn = await scene.server({
      startup_command: 'trap "" TERM; echo up; while :; do sleep 0.2; done',
      start_pattern: 'up',
      stop: { signal: 'SIGTERM', timeout: 1 },
    });
    const socket = await scene.connect(stubborn);
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('daemon_message', (frame) => frame.data === 'Server started');
    const since = socket.mark();
    await socket.send({ event: 'power', action: 'restart' });
    await socket.waitFor('daemon_message', (frame) => frame.data === 'Server started', { since });
    const told = socket.frames
      .slice(since)
      .flatMap((frame) => (frame.event === 'event' || frame.event === 'daemon_message' ? [frame.data] : []));
    expect(told).toEqual([
      'stopping',
      'Stopping: sent SIGTERM, waiting up to 1 s',
      'Not stopped within 1 s: killing it (SIGKILL)',
      'exit',
      'Container stopped',
      'starting',
      'Container restarted',
      'running',
      'Server started',
    ]);
    await socket.send({ event: 'power', action: 'kill' });
    await socket.waitFor('event', (frame) => frame.data === 'exit', { since });
  });
});

describe('S16 the end', () => {
  it('an orderly stop closes with 1001, and the container goes on', async () => {
    const other = await openScene({ onEnd });
    const server = await other.server({ startup_command: 'echo up; sleep 1000' });
    const socket = await other.connect(server);
    await socket.send({ event: 'power', action: 'start' });
    await socket.waitFor('event', (frame) => frame.data === 'running');
    const exit = other.host.stop('SIGTERM');
    expect(await socket.closed).toEqual({ code: 1001, reason: 'host is stopping' });
    expect(await exit).toEqual({ code: 0, signal: null });
    expect(await other.docker('inspect', '--format', '{{.State.Running}}', other.container(server))).toBe(
      'true',
    );
  });
});
