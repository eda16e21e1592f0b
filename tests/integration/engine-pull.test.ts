import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PullProgress } from '../../main/docker/contract.ts';
import { createEngine, type OwnedEngine } from '../../main/docker/dockerode-engine.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

/** An engine that only pulls, by a script of its own. */
async function pullingEngine(
  answer: (response: ServerResponse) => void,
): Promise<{ engine: OwnedEngine; asked: URL[]; open: () => number }> {
  const socketPath = join(tempDir(), 'docker.sock');
  const asked: URL[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '/', 'http://engine'));
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const engine = await createEngine({ target: { kind: 'socket', socketPath } });
  onTestFinished(() => engine.close());
  return { engine, asked, open: () => open };
}

const line = (message: object) => `${JSON.stringify(message)}\r\n`;

describe('pull', () => {
  it('X5, A6: asks for one tag, and adds the layers up to the end', async () => {
    const { engine, asked } = await pullingEngine((response) => {
      response.write(line({ status: 'Pulling from game', id: '1' }));
      response.write(line({ status: 'Downloading', id: 'a', progressDetail: { current: 10, total: 100 } }));
      response.write(
        line({ status: 'Downloading', id: 'a', progressDetail: { current: 90, total: 100 } }).slice(0, 20),
      );
      response.write(
        line({ status: 'Downloading', id: 'a', progressDetail: { current: 90, total: 100 } }).slice(20),
      );
      response.write(line({ status: 'Pull complete', id: 'a', progressDetail: {} }));
      response.end(line({ status: 'Status: Downloaded newer image for game:latest' }));
    });
    const reports: PullProgress[] = [];
    const signal = new AbortController().signal;
    await engine.pull('registry.test:5000/game', (progress) => reports.push(progress), signal);
    expect(asked[0]?.searchParams.get('fromImage')).toBe('registry.test:5000/game');
    expect(asked[0]?.searchParams.get('tag')).toBe('latest');
    expect(reports.at(-1)).toMatchObject({ current: 100, total: 100 });
  });

  it("A6: a failure in the middle rejects with the engine's words", async () => {
    const { engine } = await pullingEngine((response) => {
      response.write(line({ status: 'Downloading', id: 'a', progressDetail: { current: 10, total: 100 } }));
      response.end(line({ errorDetail: { message: 'unexpected EOF' }, error: 'unexpected EOF' }));
    });
    const pull = engine.pull('game:1', () => {}, new AbortController().signal);
    await expect(pull).rejects.toMatchObject({
      code: 'engine_refused',
      message: expect.stringContaining('unexpected EOF'),
    });
  });

  it('A6: an engine that goes away in the middle is told as unreachable, not as success', async () => {
    const { engine } = await pullingEngine((response) => {
      response.write(line({ status: 'Downloading', id: 'a', progressDetail: { current: 10, total: 100 } }));
      setImmediate(() => response.destroy());
    });
    const pull = engine.pull('game:1', () => {}, new AbortController().signal);
    await expect(pull).rejects.toMatchObject({ code: 'engine_unreachable' });
  });

  it.each([true, false])(
    'A6: the signal ends it and its connection (after the first message: %s)',
    async (started) => {
      const { engine, asked, open } = await pullingEngine((response) => {
        if (started) response.write(line({ status: 'Pulling fs layer', id: 'a' }));
      });
      const controller = new AbortController();
      let told = 0;
      const pull = engine.pull('game:1', () => (told += 1), controller.signal);
      const ended = expect(pull).rejects.toThrow('enough');
      await until(() => (started ? told > 0 : asked.length > 0), { what: 'the pull to begin' });
      controller.abort(new Error('enough'));
      await ended;
      await until(() => open() === 0, { what: 'the connection to end' });
    },
  );
});
