import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { until } from '../../tests/support/until.ts';
import { createEngine, type OwnedEngine } from './dockerode-engine.ts';
import type { EngineTarget } from './engine-target.ts';

const upgraded = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

interface Asked {
  head: string;
  /** All that came after the head: a body, or what was typed. */
  rest: string;
}

/** Something that only takes attachments, and looks at the very bytes. */
async function attachable(
  where: 'socket' | 'tcp',
  answer = upgraded,
): Promise<{ engine: OwnedEngine; asked: Asked }> {
  const asked: Asked = { head: '', rest: '' };
  const server = createServer((socket) => {
    onTestFinished(() => {
      socket.destroy();
    });
    socket.on('error', () => {});
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n') + 4;
      if (end < 4) return;
      // A body would be on its way by now: it is in the same write as the head, or right behind.
      if (asked.head === '') setImmediate(() => socket.write(answer));
      asked.head = text.slice(0, end);
      asked.rest = text.slice(end);
    });
  });
  const target = await listen(server, where);
  const engine = await createEngine({ target });
  onTestFinished(() => engine.close());
  return { engine, asked };
}

async function listen(server: Server, where: 'socket' | 'tcp'): Promise<EngineTarget> {
  const socketPath = join(tempDir(), 'engine.sock');
  if (where === 'socket') server.listen(socketPath);
  else server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return where === 'socket'
    ? { kind: 'socket', socketPath }
    : { kind: 'tcp', host: '127.0.0.1', port, tls: null };
}

const signal = (): AbortSignal => AbortSignal.timeout(30_000);

describe.each(['socket', 'tcp'] as const)('attaching by %s', (where) => {
  it.each([true, false])('G13 S12: the request has a body of 0 bytes (tty: %s)', async (tty) => {
    const { engine, asked } = await attachable(where);
    const { stream } = await engine.attach('abc', { tty, stdin: true }, signal());
    expect(asked.head).toMatch(/^POST \/containers\/abc\/attach\?\S*stdin=1\S* HTTP\/1.1\r\n/);
    expect(asked.head).toMatch(/content-length: 0\r\n/i);
    expect(asked.head).not.toMatch(/transfer-encoding|content-type/i);
    stream.write('say hi\n');
    await until(() => asked.rest.endsWith('\n'));
    expect(asked.rest).toBe('say hi\n');
    stream.destroy();
  });

  it('S8: what comes together with the answer is not lost', async () => {
    const { engine } = await attachable(where, `${upgraded}first words`);
    const { stream } = await engine.attach('abc', { tty: true, stdin: false }, signal());
    expect(String((await once(stream, 'data'))[0])).toBe('first words');
    stream.destroy();
  });

  it.each([
    [404, '{"message":"No such container: abc"}', 'not_found', 'No such container: abc'],
    [409, '{"message":"container abc is paused"}', 'conflict', 'container abc is paused'],
    [502, 'bad gateway', 'engine_refused', 'bad gateway'],
  ])("A3: a refusal (%i) is told in the engine's words", async (status, body, code, words) => {
    const { engine } = await attachable(
      where,
      `HTTP/1.1 ${status} No\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const attaching = engine.attach('abc', { tty: false, stdin: true }, signal());
    await expect(attaching).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('an answer without a connection to write to is refused', async () => {
    const { engine } = await attachable(where, 'HTTP/1.1 200 OK\r\n\r\nlisten only');
    await expect(engine.attach('abc', { tty: false, stdin: true }, signal())).rejects.toThrow(/two-way/);
  });
});
