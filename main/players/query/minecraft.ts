import { connect } from 'node:net';
import { z } from 'zod';
import { BadAnswer, type PlayerQuery, type QueryAnswer } from './contract.ts';

/** How long an answer may take, in ms, and how large it may be, in bytes: it has a picture in it. */
const answerMs = 5000;
const mostBytes = 512 * 1024;

const count = z.number().int().nonnegative();
const statusSchema = z.object({
  players: z
    .object({
      online: count,
      max: z.number().int(),
      sample: z
        .array(z.object({ name: z.string() }))
        .nullish()
        .catch(null),
    })
    // A server that hides its players leaves this out.
    .nullish(),
});

/** The server list's ping of Minecraft: Java Edition. It names some of the players, or none. */
export const queryMinecraft: PlayerQuery = ({ host, port }, signal) =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const onAbort = (): void => end(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => end(new Error('it did not answer')), answerMs);
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (error: unknown): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      reject(error);
    };
    if (signal.aborted) onAbort();
    socket.on('error', end);
    socket.on('close', () => end(new Error('it ended the connection without an answer')));
    socket.on('connect', () => socket.write(question(host, port)));
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostBytes) {
        end(new Error('it answered with too much'));
        return;
      }
      chunks.push(chunk);
      try {
        const text = wholeText(Buffer.concat(chunks));
        if (text === null) return;
        resolve(read(text));
        end(new Error('done'));
      } catch (error) {
        end(error);
      }
    });
  });

function read(text: string): QueryAnswer {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BadAnswer();
  }
  const status = statusSchema.safeParse(json);
  if (!status.success) throw new BadAnswer();
  const { players } = status.data;
  if (!players) throw new BadAnswer('it does not say how many play');
  const names = players.sample?.map(({ name }) => ({ name, forMs: null })) ?? null;
  return { online: players.online, max: Math.max(0, players.max), names };
}

/** The handshake for a status, and the request for it. */
function question(host: string, port: number): Buffer {
  const name = Buffer.from(host);
  const body = [0x00, ...varInt(47), name.length, ...name, port >> 8, port & 0xff, 1];
  return Buffer.from([...varInt(body.length), ...body, 1, 0x00]);
}

function varInt(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  return [...bytes, left];
}

/** The text of the answer; null as long as some of it is missing. */
function wholeText(data: Buffer): string | null {
  const frame = readVarInt(data, 0);
  if (frame === null) return null;
  if (frame.value < 3 || frame.value > mostBytes) throw new BadAnswer();
  if (data.length < frame.end + frame.value) return null;
  const kind = readVarInt(data, frame.end);
  const length = kind && readVarInt(data, kind.end);
  if (!kind || !length || kind.value !== 0) throw new BadAnswer();
  return data.subarray(length.end, length.end + length.value).toString('utf8');
}

/** Null where it isn't whole. */
function readVarInt(data: Buffer, from: number): { value: number; end: number } | null {
  let value = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = data[from + index];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: from + index + 1 };
  }
  throw new BadAnswer();
}
