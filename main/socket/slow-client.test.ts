import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { MiB } from '../../shared/units.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { until } from '../../tests/support/until.ts';
import type { Grant } from '../auth/contract.ts';
import { ConsoleOutput } from '../console/console-output.ts';
import { openHistory } from '../console/history.ts';
import { Limiter } from '../lib/limiter.ts';
import { silentLog } from '../lib/log.ts';
import { ClientConnection } from './connection.ts';
import { ConsoleDelivery } from './console-delivery.ts';
import { OutgoingBudget } from './outgoing-budget.ts';

const grant: Grant = { tokenId: null, label: 'master', containers: null, expiresAt: null, may: () => true };
const consoleFrame = z.object({ event: z.literal('console'), data: z.string(), offset: z.number() });

/** A real socket, and the host's end of it. */
async function connected(): Promise<{ client: WebSocket; connection: ClientConnection }> {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  const accepted = new Promise<ClientConnection>((resolve) => {
    http.once('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (ws) => {
        const idle = { onText: () => {}, onRoom: () => {}, onClosed: () => {} };
        resolve(
          new ClientConnection({
            ...idle,
            ws,
            socket,
            grant,
            budget: new OutgoingBudget(64 * MiB),
            onFailed: (error) => {
              throw error;
            },
          }),
        );
      }),
    );
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  const client = new WebSocket(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  onTestFinished(() => {
    client.terminate();
    sockets.close();
    http.close();
  });
  await once(client, 'open');
  return { client, connection: await accepted };
}

test('S8 X4 a client that stops reading in a flood gets what was queued for it to the byte', async () => {
  const history = await openHistory({ dir: tempDir(), log: silentLog });
  onTestFinished(() => history.close());
  const output = new ConsoleOutput({
    history,
    audience: () => 2,
    onError: (error) => {
      throw error;
    },
  });
  const slow = await connected();
  const quick = await connected();
  for (const { connection } of [slow, quick]) {
    const delivery = new ConsoleDelivery({
      connection,
      source: { output, isCaughtUp: true, mayLackLine: false },
      twins: false,
      logReads: new Limiter(1),
    });
    output.onBatch((batch) => delivery.batch(batch));
  }
  const texts = { slow: '', quick: '' };
  for (const name of ['slow', 'quick'] as const) {
    const { client } = name === 'slow' ? slow : quick;
    client.on('message', (data) => {
      const { data: text, offset } = consoleFrame.parse(JSON.parse(String(data)));
      expect(offset).toBe(texts[name].length);
      texts[name] += text;
    });
  }
  slow.client.pause();
  let expected = '';
  const read = Buffer.alloc(40_000);
  for (let turn = 0; !slow.connection.isFull; turn += 1) {
    const text = `${String(turn).padStart(9, '0')}\n`.repeat(4000);
    expected += text;
    read.write(text);
    output.append(read, { container: 'c', stdout: expected.length, stderr: 0 });
    await until(() => texts.quick.length === expected.length, { everyMs: 1 });
  }
  expect(texts.slow.length).toBeLessThan(expected.length);
  slow.client.resume();
  await until(() => texts.slow.length === expected.length);
  expect(texts.slow).toBe(expected);
  expect(texts.quick).toBe(expected);
});
