import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { until } from '../../tests/support/until.ts';
import { mostAnswer, type RemoteTarget } from './contract.ts';
import { RemoteConsole } from './remote-console.ts';
import { openSourceRcon } from './source-rcon.ts';
import { openTelnet } from './telnet.ts';
import { openWebRcon } from './web-rcon.ts';

const password = 'pässwörd/1';
const never = new AbortController().signal;

async function listening(server: Server): Promise<RemoteTarget> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  onTestFinished(() => void server.close());
  return { host: '127.0.0.1', port: address.port, password };
}

function tcp(onSocket: (socket: Socket) => void): Promise<RemoteTarget> {
  return listening(
    createServer((socket) => {
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => {});
      onSocket(socket);
    }),
  );
}

function packet(id: number, type: number, body: Buffer | string): Buffer {
  const content = Buffer.from(body);
  const all = Buffer.alloc(14 + content.length);
  all.writeInt32LE(10 + content.length, 0);
  all.writeInt32LE(id, 4);
  all.writeInt32LE(type, 8);
  content.copy(all, 12);
  return all;
}

interface Asked {
  id: number;
  type: number;
  body: string;
}

/** By the published protocol: a login is answered by an empty answer and a packet of its own; an empty packet is mirrored. */
function rconServer(
  answer: (asked: Asked, socket: Socket) => void,
  { pieces = 1_000_000 } = {},
): Promise<RemoteTarget> {
  return tcp((socket) => {
    let data = Buffer.alloc(0);
    const write = (bytes: Buffer): void => {
      for (let at = 0; at < bytes.length; at += pieces) socket.write(bytes.subarray(at, at + pieces));
    };
    socket.on('data', (more: Buffer) => {
      data = Buffer.concat([data, more]);
      while (data.length >= 4 && data.length >= 4 + data.readInt32LE(0)) {
        const length = data.readInt32LE(0);
        const asked = {
          id: data.readInt32LE(4),
          type: data.readInt32LE(8),
          body: data.toString('utf8', 12, 2 + length),
        };
        data = data.subarray(4 + length);
        if (asked.type === 3) {
          write(packet(asked.id, 0, ''));
          write(packet(asked.body === password ? asked.id : -1, 2, ''));
        } else answer(asked, socket);
      }
    });
  });
}

const echo = ({ id, type, body }: Asked, socket: Socket): void => {
  socket.write(packet(id, 0, type === 2 ? `you said ${body}` : ''));
};

describe('R3 Source RCON', () => {
  test('logs in and asks, one command after the other, in whatever pieces it comes', async () => {
    const target = await rconServer(echo, { pieces: 3 });
    const channel = await openSourceRcon(target, never);
    expect(await channel.run('status ü')).toBe('you said status ü');
    expect(await channel.run('again')).toBe('you said again');
    channel.close();
  });

  test('an answer in many packets is put together, with characters that were cut between two', async () => {
    const text = 'ü'.repeat(10_000);
    const target = await rconServer(({ id, type }, socket) => {
      if (type === 2)
        for (let at = 0, bytes = Buffer.from(text); at < bytes.length; at += 4095)
          socket.write(packet(id, 0, bytes.subarray(at, at + 4095)));
      else socket.write(packet(id, 0, Buffer.from([0, 1, 0, 0])));
    });
    const channel = await openSourceRcon(target, never);
    expect(await channel.run('list')).toBe(text);
    channel.close();
  });

  test('one that mirrors nothing has answered when it is silent, and one that says nothing has no answer', async () => {
    const target = await rconServer((asked, socket) => {
      if (asked.type === 2 && asked.body !== 'quiet') echo(asked, socket);
    });
    const channel = await openSourceRcon(target, never);
    expect(await channel.run('hello')).toBe('you said hello');
    expect(await channel.run('quiet')).toBe('');
    channel.close();
  }, 10_000);

  test('a wrong password is told without it', async () => {
    const target = await rconServer(echo);
    await expect(openSourceRcon({ ...target, password: 'other' }, never)).rejects.toThrow(
      /^the server did not take the password of its remote console$/,
    );
  });

  test('a flood is cut off, and what is no packet ends the connection', async () => {
    const target = await rconServer(({ id, body, type }, socket) => {
      if (type !== 2) return;
      if (body === 'flood')
        for (let count = 0; count < 200; count += 1) socket.write(packet(id, 0, 'x'.repeat(4000)));
      else socket.write(Buffer.from([0xff, 0xff, 0xff, 0x7f, 1, 2, 3]));
    });
    const channel = await openSourceRcon(target, never);
    const flood = await channel.run('flood');
    expect(flood.length).toBeLessThan(mostAnswer + 100);
    expect(flood).toMatch(/cut off$/);
    await expect(channel.run('nonsense')).rejects.toThrow(/not of that protocol/);
    expect(channel.ended.aborted).toBe(true);
  });

  test('one that never answers, or is not there, is not waited for', async () => {
    const silent = await tcp(() => {});
    const stop = new AbortController();
    const opening = openSourceRcon(silent, AbortSignal.any([stop.signal]));
    stop.abort(new Error('enough'));
    await expect(opening).rejects.toThrow();
    await expect(openSourceRcon({ ...silent, port: 1 }, never)).rejects.toThrow();
  });
});

describe("R4 Rust's WebRCON", () => {
  async function webServer(
    onMessage: (text: string, send: (reply: object) => void) => void,
  ): Promise<RemoteTarget> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => server.close());
    await once(server, 'listening');
    server.on('connection', (socket, { url }) => {
      if (url !== `/${encodeURIComponent(password)}`) socket.close();
      socket.on('message', (data) => onMessage(String(data), (reply) => socket.send(JSON.stringify(reply))));
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return { host: '127.0.0.1', port: address.port, password };
  }

  test('asks by numbers, and leaves out what was said to nobody', async () => {
    const target = await webServer((text, send) => {
      const { Identifier, Message } = JSON.parse(text);
      send({ Identifier: 0, Message: 'chat', Type: 'Chat' });
      send({ Identifier, Message: `did ${Message}`, Type: 'Generic', Stacktrace: '' });
    });
    const channel = await openWebRcon(target, never);
    expect(await channel.run('status')).toBe('did status');
    channel.close();
  });

  test('a wrong password is told without it', async () => {
    const target = await webServer(() => {});
    const failure = openWebRcon({ ...target, password: 'geheim' }, never).then((channel) => channel.run('x'));
    await expect(failure).rejects.toThrow(/password/);
    await expect(failure).rejects.not.toThrow(/geheim/);
  });
});

describe('R5 telnet', () => {
  const telnetServer = (): Promise<RemoteTarget> =>
    tcp((socket) => {
      let isIn = false;
      socket.write('Please enter password:\r\n');
      socket.on('data', (data: Buffer) => {
        for (const line of data.toString().split('\r\n').filter(Boolean)) {
          if (isIn) socket.write(`2026 INF Executing '${line}'\r\ndone ${line}\r\n`);
          else if (line === password) {
            isIn = true;
            socket.write('Logon successful.\r\n\r\n');
          } else socket.write('Password incorrect, please enter password:\r\n');
        }
      });
    });

  test('logs in and takes what comes after a command for its answer', async () => {
    const channel = await openTelnet(await telnetServer(), never);
    expect(await channel.run('lp')).toBe("2026 INF Executing 'lp'\ndone lp\n");
    channel.close();
  });

  test('a wrong password is told without it', async () => {
    const target = await telnetServer();
    await expect(openTelnet({ ...target, password: 'other' }, never)).rejects.toThrow(
      /did not take the password/,
    );
  });
});

describe('R5 telnet of Teeworlds', () => {
  const econ = (): Promise<RemoteTarget> =>
    tcp((socket) => {
      socket.write('Enter password:\n\0\0');
      socket.on('data', (data: Buffer) => {
        const line = data.toString().trimEnd();
        if (line === password)
          socket.write('Authentication successful. External console access granted.\n\0\0');
        else if (line === 'echo hi') socket.write("[server]: cid=0 cmd='echo hi'\n\0\0[Console]: hi\n\0\0");
        else socket.write('Wrong password 1/3.\n\0\0');
      });
    });

  test('its words are understood, and its zero bytes are no text', async () => {
    const channel = await openTelnet(await econ(), never);
    expect(await channel.run('echo hi')).toBe("[server]: cid=0 cmd='echo hi'\n[Console]: hi\n");
    channel.close();
    await expect(openTelnet({ ...(await econ()), password: 'other' }, never)).rejects.toThrow(
      /did not take the password/,
    );
  });
});

describe('R2 a remote console', () => {
  test('connects when there is something to send, waits for a server that comes up, and goes on after a cut', async () => {
    let target: RemoteTarget | null = null;
    const told: string[] = [];
    const console = new RemoteConsole({
      target: () => (target ? { kind: 'rcon', ...target } : { why: 'it is not there yet' }),
      onAnswer: (command, answer) => void told.push(`${command}: ${answer}`),
      onFailed: (command, why) => void told.push(`${command} failed: ${why}`),
      now: Date.now,
    });
    onTestFinished(() => console.close());
    expect(console.send('early')).toBeNull();
    target = await rconServer((asked, socket) => {
      if (asked.body === 'cut') socket.destroy();
      else echo(asked, socket);
    });
    await until(() => told.length === 1);
    console.send('cut');
    console.send('late');
    await until(() => told.length === 3);
    expect(told).toEqual([
      'early: you said early',
      expect.stringMatching(/^cut failed: /),
      'late: you said late',
    ]);
  });

  test('does not guess twice at a password, holds no more than so many commands, and tells what its end leaves unsent', async () => {
    const logins: string[] = [];
    const target = await tcp((socket) => {
      socket.on('data', () => {
        logins.push('try');
        socket.write(packet(-1, 2, ''));
      });
    });
    const failed: string[] = [];
    const console = new RemoteConsole({
      target: () => ({ kind: 'rcon', ...target }),
      onAnswer: () => {},
      onFailed: (command, why) => void failed.push(`${command}: ${why}`),
      now: Date.now,
    });
    let unsent = 0;
    console.send('one', () => {
      unsent += 1;
    });
    await until(() => failed.length === 1);
    expect([logins, unsent, failed[0]]).toEqual([['try'], 1, expect.stringMatching(/password/)]);
    const silent = await tcp(() => {});
    Object.assign(target, silent);
    for (let count = 0; count < 64; count += 1) expect(console.send(`c${count}`)).toBeNull();
    expect(console.send('more')).toMatch(/too many commands/);
    console.close();
    expect(failed).toHaveLength(65);
  });
});
