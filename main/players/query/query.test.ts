import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { askPlayers } from './ask.ts';
import type { QueryAddress } from './contract.ts';

const never = new AbortController().signal;

async function udp(
  onPacket: (packet: Buffer, reply: (...packets: Buffer[]) => void, from: RemoteInfo) => void,
): Promise<QueryAddress> {
  const socket: Socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  socket.on('message', (packet, from) =>
    onPacket(
      packet,
      (...packets) => {
        for (const one of packets) socket.send(one, from.port, from.address);
      },
      from,
    ),
  );
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { host: '127.0.0.1', port: socket.address().port };
}

async function tcp(answer: (write: (data: Buffer) => void) => void): Promise<QueryAddress> {
  const server = createServer((socket) => {
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.once('data', () => answer((data) => void socket.write(data)));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { host: '127.0.0.1', port: address.port };
}

const varInt = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varInt(value >> 7)];
function status(json: unknown): Buffer {
  const text = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
  const body = Buffer.from([0, ...varInt(text.length), ...text]);
  return Buffer.from([...varInt(body.length), ...body]);
}

describe('minecraft', () => {
  test('an answer in pieces', async () => {
    const players = {
      online: 2,
      max: 20,
      sample: [
        { name: 'Ann', id: 'x' },
        { name: 'Bob', id: 'y' },
      ],
    };
    const address = await tcp((write) => {
      for (const byte of status({ description: 'ü'.repeat(200), players })) write(Buffer.of(byte));
    });
    expect(await askPlayers('minecraft', address, never)).toEqual({
      online: 2,
      max: 20,
      names: [
        { name: 'Ann', forMs: null },
        { name: 'Bob', forMs: null },
      ],
    });
  });

  test.each([
    ['nonsense', Buffer.from('HTTP/1.1 400 Bad Request\r\n'.repeat(4))],
    ['no JSON', status('{')],
    ['a count that is none', status({ players: { online: -1, max: 2 } })],
    ['hidden players', status({})],
    ['a length of gigabytes', Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f])],
    ['a number without end', Buffer.alloc(10, 0xff)],
  ])('%s is no answer', async (_, data) => {
    const address = await tcp((write) => write(data));
    await expect(askPlayers('minecraft', address, never)).rejects.toThrow(/answered is not|does not say/);
  });

  test('a flood is left, and so is what is not there; an end of the host ends it', async () => {
    const flood = await tcp((write) => {
      write(Buffer.from([0xff, 0xff, 0x1f]));
      write(Buffer.alloc(1_000_000));
    });
    await expect(askPlayers('minecraft', flood, never)).rejects.toThrow(/too much|not of that protocol/);
    await expect(askPlayers('minecraft', { host: '127.0.0.1', port: 1 }, never)).rejects.toThrow();
    const silent = await tcp(() => {});
    const stop = new AbortController();
    const asking = askPlayers('minecraft', silent, stop.signal);
    stop.abort();
    await expect(asking).rejects.toThrow();
  });
});

describe('source', () => {
  const head = Buffer.alloc(4, 0xff);
  const info = (online: number, bots: number): Buffer =>
    Buffer.concat([
      head,
      Buffer.from(`I\x11Name\0map\0folder\0game\0\x00\x00`, 'latin1'),
      Buffer.of(online, 16, bots, 0x64),
    ]);
  const list = (...names: string[]): Buffer =>
    Buffer.concat([
      head,
      Buffer.of(0x44, names.length),
      ...names.map((name) => {
        const time = Buffer.alloc(4);
        time.writeFloatLE(60);
        return Buffer.concat([Buffer.of(0), Buffer.from(`${name}\0`), Buffer.alloc(4), time]);
      }),
    ]);
  const split = (answer: Buffer, size: number): Buffer[] => {
    const total = Math.ceil(answer.length / size);
    return Array.from({ length: total }, (_, number) => {
      const header = Buffer.alloc(12);
      header.writeInt32LE(-2, 0);
      header.writeInt32LE(7, 4);
      header.writeUInt8(total, 8);
      header.writeUInt8(number, 9);
      header.writeUInt16LE(1248, 10);
      return Buffer.concat([header, answer.subarray(number * size, (number + 1) * size)]);
    });
  };

  test('with challenges, and a list in parts that come out of order; bots don’t play', async () => {
    const challenge = Buffer.from([1, 2, 3, 4]);
    const address = await udp((packet, reply) => {
      if (!packet.subarray(-4).equals(challenge)) reply(Buffer.concat([head, Buffer.of(0x41), challenge]));
      else if (packet[4] === 0x54) reply(info(3, 1));
      else reply(...split(list('Ann', 'Böb'), 20).reverse());
    });
    expect(await askPlayers('source', address, never)).toEqual({
      online: 2,
      max: 16,
      names: [
        { name: 'Ann', forMs: 60_000 },
        { name: 'Böb', forMs: 60_000 },
      ],
    });
  });

  test('one that tells the number alone does so', async () => {
    const address = await udp((packet, reply) => {
      if (packet[4] === 0x54) reply(info(2, 0));
    });
    expect(await askPlayers('source', address, never)).toEqual({ online: 2, max: 16, names: null });
  }, 10_000);

  test('lies and floods hurt nobody', async () => {
    const endless = await udp((_, reply) => reply(Buffer.concat([head, Buffer.of(0x41, 1, 2, 3, 4)])));
    await expect(askPlayers('source', endless, never)).rejects.toThrow(/ever new challenges/);
    const flood = await udp((_, reply) => {
      // What a socket's buffer has no room for is lost: it goes on, until it was heard.
      const timer = setInterval(() => {
        for (let count = 0; count < 20; count += 1) reply(Buffer.concat([head, Buffer.alloc(60_000, 0x50)]));
      }, 5);
      onTestFinished(() => clearInterval(timer));
    });
    await expect(askPlayers('source', flood, never)).rejects.toThrow(/too much/);
    const cut = await udp((_, reply) => reply(Buffer.concat([head, Buffer.from('I\x11Name')])));
    await expect(askPlayers('source', cut, never)).rejects.toThrow(/cut off/);
  });

  test('what others send is not heard', async () => {
    const stranger = createSocket('udp4');
    onTestFinished(() => void stranger.close());
    const address = await udp((packet, reply, from) => {
      stranger.send(info(99, 0), from.port, from.address, () => {
        setTimeout(() => reply(packet[4] === 0x54 ? info(1, 0) : list('Ann')), 50);
      });
    });
    expect(await askPlayers('source', address, never)).toMatchObject({ online: 1 });
  });
});

test('quake3: players by line, without bots and colours', async () => {
  const address = await udp((packet, reply) => {
    expect(packet.toString('latin1')).toBe('\xff\xff\xff\xffgetstatus\n');
    reply(
      Buffer.concat([
        Buffer.alloc(4, 0xff),
        Buffer.from(
          'statusResponse\n\\sv_hostname\\x\\sv_maxclients\\8\n5 40 "^1A^7nn"\n0 0 "bot"\nnonsense\n',
        ),
      ]),
    );
  });
  expect(await askPlayers('quake3', address, never)).toEqual({
    online: 1,
    max: 8,
    names: [{ name: 'Ann', forMs: null }],
  });
});

describe('teeworlds', () => {
  const packed = (value: number): number[] =>
    value < 0
      ? [0x40 | ((-value - 1) & 0x3f)]
      : value < 64
        ? [value]
        : [
            0x80 | (value & 0x3f),
            ...(value < 8192 ? [value >> 6] : [0x80 | ((value >> 6) & 0x7f), value >> 13]),
          ];
  const texts = (...all: string[]): Buffer => Buffer.from(all.map((text) => `${text}\0`).join(''));
  const someone = (name: string, score: number, kind: number): Buffer =>
    Buffer.concat([texts(name, 'clan'), Buffer.from([...packed(-1), ...packed(score), ...packed(kind)])]);
  /** Gives each that asks a token, and `list` to whom shows it. */
  const server = (...list: Buffer[]): Promise<QueryAddress> =>
    udp((packet, reply) => {
      if (packet.length >= 512 && packet[7] === 5)
        reply(Buffer.concat([Buffer.of(4, 0, 0), packet.subarray(8, 12), Buffer.of(5, 9, 8, 7, 6)]));
      else if (packet.subarray(1, 5).equals(Buffer.of(9, 8, 7, 6)))
        reply(
          Buffer.concat([
            Buffer.of(0x21),
            packet.subarray(5, 9),
            Buffer.of(9, 8, 7, 6),
            Buffer.alloc(4, 0xff),
            Buffer.from('inf3\0'),
            texts('0.7.5', 'Name', 'host', 'dm1', 'DM'),
            ...list,
          ]),
        );
    });

  test('who plays and who looks on, without bots and who has no name yet', async () => {
    const numbers = Buffer.from([0, 0, 1, 8, 4, 16]);
    const list = [someone('Änn', 70_000, 0), someone('Bob', -3, 1), someone('bot', 0, 2), someone('', 0, 0)];
    expect(await askPlayers('teeworlds', await server(numbers, ...list), never)).toEqual({
      online: 3,
      max: 16,
      names: [
        { name: 'Änn', forMs: null },
        { name: 'Bob', forMs: null },
      ],
    });
  });

  test.each([
    ['a list that is cut off', Buffer.from([0, 0, 1, 8, 2, 16, 65])],
    ['fewer than nobody', Buffer.from([0, 0, 0, 8, ...packed(-1), 16])],
    ['a number without end', Buffer.alloc(10, 0xff)],
  ])('%s is no answer', async (_, data) => {
    await expect(askPlayers('teeworlds', await server(data), never)).rejects.toThrow(/cut off|not of that/);
  });
});

test('bedrock: the number of players in the answer to a ping', async () => {
  const magic = Buffer.from('00ffff00fefefefefdfdfdfd12345678', 'hex');
  const address = await udp((_, reply) => {
    const text = Buffer.from('MCPE;Name;622;1.20.40;3;10;123;World;Survival;1;19132;19133;');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(text.length);
    reply(Buffer.of(1), Buffer.concat([Buffer.of(0x1c), Buffer.alloc(16), magic, length, text]));
  });
  expect(await askPlayers('bedrock', address, never)).toEqual({ online: 3, max: 10, names: null });
});

test('silence is told as that, after some seconds', async () => {
  const address = await udp(() => {});
  await expect(askPlayers('quake3', address, never)).rejects.toThrow('it did not answer');
}, 10_000);
