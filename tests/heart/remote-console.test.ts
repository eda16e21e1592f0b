import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { remoteConsoleSchema } from '../../shared/model/remote-console.ts';
import { untilSignal } from '../support/fake-process.ts';
import { openHeart } from '../support/heart.ts';

/** Speaks as the telnet of 7 Days to Die; what it is told, line by line. */
async function telnetServer(onLine: (line: string) => void): Promise<number> {
  const server = createServer((socket) => {
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.write('Please enter password:\r\n');
    let isIn = false;
    socket.on('data', (data: Buffer) => {
      for (const line of data.toString().split('\r\n').filter(Boolean)) {
        onLine(line);
        socket.write(isIn ? `did ${line}\r\n` : 'Logon successful.\r\n');
        isIn = true;
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const consoleOf = (port: number) => ({
  console: remoteConsoleSchema.parse({ kind: 'telnet', port: 8081, password: 'SECRET' }),
  ports: [{ ip: '127.0.0.1', host_port: port, container_port: 8081, protocol: 'tcp' as const }],
  environment: { SECRET: 'chosen-password' },
});

it('R1 commands go to the remote console, answers to the viewers, and nothing of either into the history', async () => {
  const lines: string[] = [];
  const port = await telnetServer((line) => void lines.push(line));
  const heart = await openHeart();
  heart.program(untilSignal);
  await heart.createRunning(consoleOf(port));
  const client = heart.client();
  await heart.clock.settle();
  client.send({ event: 'send_command', command: 'one\ntwo chosen-password\n' });
  const messages = () =>
    client.events.flatMap((event) => (event.event === 'daemon_message' ? [event.data] : []));
  await heart.clock.until(() => messages().filter((text) => text.startsWith('Console answer')).length === 2);
  expect(lines).toEqual(['chosen-password', 'one', 'two chosen-password']);
  expect(messages()).toEqual(
    expect.arrayContaining([
      'Console answer to "one":\ndid one',
      'Console answer to "two ••••":\ndid two ••••',
    ]),
  );
  expect(await heart.history()).toBe('');
});

it('R1 a stop whose command can’t be sent is a stop by a signal', async () => {
  const heart = await openHeart();
  heart.program(untilSignal);
  await heart.createRunning({ ...consoleOf(1), stop: { command: 'shutdown', timeout: 120 } });
  heart.power('stop');
  await heart.reach('exit');
  expect(heart.host.servers.get('s1')?.last_exit).toMatchObject({ wanted: true, signal: 'SIGTERM' });
});
