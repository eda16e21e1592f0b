import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { BodyClock } from './request-timeouts.ts';
import { httpServerOptions } from './server-options.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, clock: BodyClock) => void;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Bodies that take minutes at the pace of `trickle`, and some seconds. */
const longLength = 100_000;
const shortLength = 100;

/** A server with short limits, and a client that has sent the headers of a long body. */
async function send(
  handler: Handler,
  {
    length = longLength,
    ...limits
  }: { length?: number; bodyMs?: number; idleMs?: number; lingerMs?: number },
): Promise<Socket> {
  const clock = new BodyClock({ bodyMs: 60_000, idleMs: 60_000, lingerMs: 60_000, ...limits });
  const server = createServer(httpServerOptions, (request, response) => {
    clock.watch(request, response);
    handler(request, response, clock);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const isAddress = (value: typeof address): value is AddressInfo =>
    value !== null && typeof value === 'object';
  if (!isAddress(address)) throw new Error('no port');
  const socket = connect(address.port, '127.0.0.1');
  socket.on('error', () => {});
  closers.push(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`);
  return socket;
}

/** All that comes until the connection ends, orderly or (since the client is still sending) by a reset. */
async function answer(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (data) => {
    text += data.toString();
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

/** Sends a byte every 20 ms, as slow-loris does. */
function trickle(socket: Socket, count: number): void {
  const timer = setInterval(() => {
    count -= 1;
    socket.write('x');
    if (count === 0) clearInterval(timer);
  }, 20);
  closers.push(() => clearInterval(timer));
}

test('an ordinary body that comes too slowly is answered with 408 and cut', async () => {
  const socket = await send((request) => request.resume(), { bodyMs: 200 });
  trickle(socket, longLength);
  const text = await answer(socket);
  expect(text).toMatch(/^HTTP\/1.1 408 /);
  expect(text).toContain('{"error":"The body came too slowly"}');
});

test('so it is when it was answered before', async () => {
  const socket = await send((_request, response) => response.end('early'), { bodyMs: 200 });
  trickle(socket, longLength);
  expect(await answer(socket)).toContain('early');
});

test('a streamed body lasts as long as bytes keep coming', async () => {
  const handler: Handler = (request, response, clock) => {
    clock.lift(request);
    request.resume().once('end', () => response.end('all there'));
  };
  const socket = await send(handler, { length: shortLength, bodyMs: 300, idleMs: 2000 });
  trickle(socket, shortLength);
  const [data] = await once(socket, 'data');
  expect(String(data)).toContain('all there');
});

test('a streamed body that rests is cut', async () => {
  const failures: string[] = [];
  const handler: Handler = (request, _response, clock) => {
    clock.lift(request);
    request.resume().once('error', (error) => failures.push(error.message));
  };
  const socket = await send(handler, { idleMs: 200 });
  trickle(socket, 5);
  expect(await answer(socket)).toBe('');
  await vi.waitFor(() => expect(failures).toEqual(['aborted']));
});

test('who goes on sending what was refused hears why, and is cut', async () => {
  const handler: Handler = (request, response, clock) => {
    clock.lift(request);
    response.writeHead(507).end('no room');
  };
  const socket = await send(handler, { lingerMs: 200 });
  trickle(socket, longLength);
  expect(await answer(socket)).toContain('no room');
});
