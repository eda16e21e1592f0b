import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { ServerEvent } from '../shared/protocol/server-events.ts';
import { anyCharacter } from '../tests/support/any-character.ts';
import type { SocketStatus } from './reconnecting-socket.ts';
import { Scissors } from './scissors.test-helper.ts';
import { ServerSocket } from './server-socket.ts';
import { soon, TestHost } from './test-host.test-helper.ts';

beforeAll(() => vi.stubGlobal('WebSocket', WebSocket));
afterAll(() => vi.unstubAllGlobals());

/** A server's console as the host tells it: `history` frames were there before, the others come live (S14, X1, X3). */
function tellConsole(host: TestHost, frames: readonly string[], history: number): Buffer {
  const whole = Buffer.from(frames.join(''));
  const past = Buffer.byteLength(frames.slice(0, history).join(''));
  host.onSocket = (socket, query) => {
    const send = (event: ServerEvent): void => socket.send(JSON.stringify(event));
    const resume = (after: number): void => {
      let offset = 0;
      for (const frame of frames) {
        // Exactly from there, as the host does: also from within a frame.
        const bytes = Buffer.from(frame).subarray(Math.max(0, after - offset));
        const end = offset + Buffer.byteLength(frame);
        if (bytes.length > 0) send({ event: 'console', data: bytes.toString(), offset: end - bytes.length });
        offset = end;
      }
    };
    const after = query.get('after');
    if (after !== null) return resume(Number(after));
    socket.on('message', () => {
      send({ event: 'logs', data: whole.toString('utf8', 0, past), from: 0, to: past });
      resume(past);
    });
  };
  return whole;
}

/** Some kilobytes, with characters of all lengths; frames are never empty, as the host’s aren’t. */
const someFrames = fc.array(fc.string({ unit: anyCharacter, minLength: 1, maxLength: 60, size: 'max' }), {
  minLength: 10,
  maxLength: 40,
  size: 'max',
});

function open(url: string, options: { onEvent?: (event: ServerEvent) => void } = {}) {
  /** How often it told that it is offline: of each try that failed. */
  let ends = 0;
  let status: SocketStatus['status'] = 'connecting';
  const link = new ServerSocket({
    serverId: 'a',
    connection: () => ({ url, token: 'lightd_x' }),
    onRefused: (problem) => expect.fail(problem),
    tokenRefusal: () => Promise.resolve(null),
    onEvent: () => {},
    onStatus: (now) => {
      ({ status } = now);
      if (status === 'offline') ends += 1;
    },
    firstLines: 10,
    ...options,
  });
  return { link, isOffline: () => status === 'offline', ends: () => ends };
}

it('X3 wherever the connection is cut, the text arrives once, in order and whole', async () => {
  // A handshake is some 130 bytes: so cuts fall into it, between frames, into frames and into characters.
  const cuts = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 6, size: 'max' });
  await fc.assert(
    fc.asyncProperty(someFrames, fc.nat(10), cuts, async (frames, history, limits) => {
      const host = await new TestHost().open();
      const whole = tellConsole(host, frames, history);
      const way = await new Scissors(host.url, limits).open();
      let got = '';
      const take = (event: ServerEvent): void => {
        if (event.event !== 'console' && event.event !== 'logs') return;
        // Where it belongs is where the text before it ended: nothing twice, no hole.
        expect(event.event === 'console' ? event.offset : event.from).toBe(Buffer.byteLength(got));
        got += event.data;
      };
      const problems: unknown[] = [];
      const { link, isOffline } = open(way.url, {
        onEvent: (event) => {
          try {
            take(event);
          } catch (problem) {
            problems.push(problem);
          }
        },
      });
      try {
        link.start();
        await soon(() => {
          if (isOffline()) link.retryNow();
          return problems.length > 0 || Buffer.byteLength(got) >= whole.length;
        }, `${whole.length} bytes`);
        expect(problems).toEqual([]);
        expect(got).toBe(frames.join(''));
      } finally {
        link.close();
        way.close();
        host.close();
      }
    }),
    { numRuns: 60 },
  );
});

it('what is typed while the link is down arrives once, in order; the 51st is refused', async () => {
  /** Each time: how many tries fail, and how many commands are typed meanwhile. */
  const times = fc.array(fc.tuple(fc.nat(2), fc.oneof(fc.nat(5), fc.integer({ min: 45, max: 60 }))), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(times, async (times) => {
      const host = await new TestHost().open();
      host.onSocket = (socket) => socket.send(JSON.stringify({ event: 'event', data: 'running' }));
      const { link, ends } = open(host.url);
      const taken: string[] = [];
      const type = (): boolean => {
        const command = `say ${taken.length} €😀\n`;
        const isTaken = link.send({ event: 'send_command', command });
        if (isTaken) taken.push(command);
        return isTaken;
      };
      const arrived = (): string[] =>
        host.frames
          .filter((frame) => !frame.includes('request_logs'))
          .map((frame) => JSON.parse(frame).command);
      try {
        link.start();
        for (const [failures, typed] of times) {
          await soon(() => host.openSockets === 1 && arrived().length === taken.length, 'what was typed');
          if (failures > 0) host.upgrade = 503;
          const before = ends();
          host.drop(1001);
          for (let n = 1; n <= failures; n += 1) {
            await soon(() => ends() === before + n, 'the link to be lost');
            link.retryNow();
          }
          await soon(() => ends() === before + failures + 1, 'the last failed try');
          const answers = Array.from({ length: typed }, type);
          expect(answers).toEqual(answers.map((_, n) => n < 50));
          host.upgrade = null;
          link.retryNow();
        }
        // Typed into the open connection, after all that waited.
        await soon(() => arrived().length === taken.length, 'what was typed');
        type();
        await soon(() => arrived().length >= taken.length, 'the last command');
        expect(arrived()).toEqual(taken);
      } finally {
        link.close();
        host.close();
      }
    }),
    { numRuns: 25 },
  );
});
