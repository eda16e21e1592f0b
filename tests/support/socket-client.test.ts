import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { own } from './cleanup.ts';
import { ConsoleText } from './console-text.ts';
import { connectServer, SocketRefused } from './socket-client.ts';

/** A server that sends the frames to whoever comes with token `good` and refuses everybody else. */
async function fakeHost(frames: string[]): Promise<string> {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (!request.url?.includes('token=good')) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 14\r\n\r\n{"error":"no"}');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      for (const frame of frames) client.send(frame);
      client.on('message', (data) => {
        if (data.toString() === '"bye"') client.close(4001, 'token expired');
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The fake host has no port.');
  return `http://127.0.0.1:${address.port}`;
}

test('records frames, puts console text together and keeps what is not in the protocol apart', async () => {
  const url = await fakeHost([
    '{"event":"event","data":"running"}',
    '{"event":"console","data":"grü","offset":10}',
    '{"event":"nonsense"}',
    '{"event":"console","data":"n\\n","offset":14}',
  ]);
  const client = own(await connectServer({ url, token: 'good' }, 'a'));
  await client.waitForText('grün\n');
  expect((await client.waitFor('event')).data).toBe('running');
  expect(client.console).toMatchObject({ from: 10, end: 16, problems: [], gaps: [] });
  expect(client.badFrames).toHaveLength(1);
});

test('a wait ends with the close and tells what came instead', async () => {
  const url = await fakeHost(['{"event":"daemon_message","data":"hello"}']);
  const client = own(await connectServer({ url, token: 'good' }, 'a'));
  await client.waitFor('daemon_message');
  const wait = client.waitFor('stats');
  await client.send('"bye"');
  await expect(wait).rejects.toThrow(/4001 token expired[\s\S]*hello/);
  expect(await client.closed).toEqual({ code: 4001, reason: 'token expired' });
});

test('a refused upgrade rejects with status and body', async () => {
  const url = await fakeHost([]);
  const refusal = connectServer({ url, token: 'bad' }, 'a');
  await expect(refusal).rejects.toThrow(SocketRefused);
  await expect(refusal).rejects.toMatchObject({ status: 401, body: '{"error":"no"}' });
});

test('console text notices what is missing, and accepts what a gap announced', () => {
  const text = new ConsoleText();
  text.add({ data: 'ab', offset: 0 });
  text.addGap({ from: 2, to: 10 });
  text.add({ data: 'cd', offset: 10 });
  expect(text.problems).toEqual([]);
  text.add({ data: 'ef', offset: 13 });
  expect(text.problems).toHaveLength(1);
});
