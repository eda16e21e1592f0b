import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createEngine } from './dockerode-engine.ts';

/** An engine that runs one command, whose end it notes only after being asked about it `late` times. */
async function engineThatNotesLate(late: number) {
  const folder = mkdtempSync(join(tmpdir(), 'lightdeck-signal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let looks = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    const path = request.url ?? '';
    if (path.endsWith('/json')) {
      looks += 1;
      const isNoted = looks > late;
      response.end(JSON.stringify({ Running: !isNoted, ExitCode: isNoted ? 0 : null }));
    } else {
      response.statusCode = path.endsWith('/exec') ? 201 : 200;
      response.end(JSON.stringify({ Id: 'x' }));
    }
  });
  server.on('upgrade', (_request, socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n 7 9\r\n');
  });
  const socketPath = join(folder, 'engine.sock');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(() => void server.close());
  const engine = await createEngine({ target: { kind: 'socket', socketPath } });
  onTestFinished(() => engine.close());
  return { engine, looks: () => looks };
}

test.each([0, 2])(
  'S14 programs were signalled, also when the engine notes that %i looks late',
  async (late) => {
    const { engine, looks } = await engineThatNotesLate(late);
    expect(await engine.signalPrograms('c', { signal: 'SIGTERM', earlier: [] })).toEqual([7, 9]);
    expect(looks()).toBe(late + 1);
  },
);
