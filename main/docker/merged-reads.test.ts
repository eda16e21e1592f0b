import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { MergedReadAgent } from './merged-reads.ts';

/** Asks a server that answers as it is told. */
async function ask(answer: (response: ServerResponse) => void): Promise<IncomingMessage> {
  const host = createServer((_request, response) => answer(response));
  host.listen(0, '127.0.0.1');
  await once(host, 'listening');
  const address = host.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  onTestFinished(() => {
    host.closeAllConnections();
    host.close();
  });
  const agent = new MergedReadAgent({ keepAlive: false });
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', agent }, resolve).once('error', reject).end();
  });
}

async function read(response: IncomingMessage): Promise<{ text: string; chunks: number }> {
  let text = '';
  let chunks = 0;
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    chunks += 1;
  });
  await once(response, 'end');
  return { text, chunks };
}

test('an answer of many chunks comes in few, and whole', async () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n}\n`);
  const response = await ask((answer) => {
    answer.socket?.setNoDelay(true);
    answer.write(lines[0]);
    for (const line of lines.slice(1)) answer.write(line);
    answer.end();
  });
  const { text, chunks } = await read(response);
  expect(text).toBe(lines.join(''));
  expect(chunks).toBeLessThan(lines.length / 10);
});

test('whoever does not read it is not sent it: nothing piles up here', async () => {
  const piece = 'x'.repeat(1024 * 1024);
  let sent = 0;
  let isFull = false;
  const response = await ask((answer) => {
    const more = (): void => {
      while (sent < 200) {
        sent += 1;
        if (!answer.write(piece)) {
          isFull = true;
          answer.once('drain', more);
          return;
        }
      }
      answer.end();
    };
    more();
  });
  while (!isFull) await new Promise(setImmediate);
  for (let turns = 0; turns < 200; turns += 1) await new Promise(setImmediate);
  expect(sent).toBeLessThan(100);
  expect((await read(response)).text.length).toBe(200 * piece.length);
});

test('one that breaks off is told as that', async () => {
  const response = await ask((answer) => {
    answer.write('one\n');
    answer.write('two\n', () => answer.destroy());
  });
  const [error] = await once(response.resume(), 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});

test('a refusal comes with its words', async () => {
  const response = await ask((answer) => {
    answer.writeHead(404, { 'content-type': 'application/json' });
    answer.write('{"message":');
    answer.end('"No such container"}');
  });
  expect(response.statusCode).toBe(404);
  expect((await read(response)).text).toBe('{"message":"No such container"}');
});
