import { ByteReader } from './byte-reader.ts';
import { BadAnswer, type PlayerQuery, type QueryAnswer } from './contract.ts';
import { type UdpExchange, udpExchange } from './udp-exchange.ts';

/** Requests and answers of Valve's server queries, by the byte that they begin with. */
const info = { request: 0x54, answer: 0x49 };
const players = { request: 0x55, answer: 0x44 };
const challenge = 0x41;
const infoText = Buffer.from('Source Engine Query\0');
/** An answer can come in so many packets at most. */
const mostParts = 32;

/** A2S_INFO and A2S_PLAYER, with the challenge that servers ask for before they answer. A server that tells the number alone does so. */
export const querySource: PlayerQuery = (address, signal) =>
  udpExchange(address, signal, async (exchange) => {
    const summary = readInfo(await challenged(exchange, info, infoText, Buffer.alloc(0)));
    // Some answer the first question alone.
    const list = await challenged(exchange, players, Buffer.alloc(0), Buffer.alloc(4, 0xff)).catch(
      (error: unknown) => {
        if (signal.aborted) throw error;
        return null;
      },
    );
    return { ...summary, names: list && readPlayers(list) };
  });

async function challenged(
  exchange: UdpExchange,
  { request, answer }: { request: number; answer: number },
  text: Buffer,
  before: Buffer,
): Promise<ByteReader> {
  let number = before;
  // Once to be told the challenge, once with it, and once more where it has just changed.
  for (let tries = 0; tries < 3; tries += 1) {
    const question = Buffer.concat([Buffer.alloc(4, 0xff), Buffer.of(request), text, number]);
    const parts = new Parts();
    const reader = await exchange.ask(question, (packet) => {
      const whole = parts.add(packet);
      if (whole === null) return null;
      const found = new ByteReader(whole);
      const kind = found.uint8();
      if (kind === challenge) {
        number = Buffer.from(found.bytes(4));
        return 'again' as const;
      }
      // A late answer to the question before.
      return kind === answer ? found : null;
    });
    if (reader !== 'again') return reader;
  }
  throw new BadAnswer('it asks for ever new challenges');
}

/** Puts an answer together that comes in several packets. */
class Parts {
  private readonly parts = new Map<number, Buffer>();
  private id: number | null = null;

  /** The whole answer without its header, as soon as it is there. */
  add(packet: Buffer): Buffer | null {
    const reader = new ByteReader(packet);
    const header = reader.int32();
    if (header === -1) return reader.rest();
    if (header !== -2) throw new BadAnswer();
    const id = reader.int32();
    const total = reader.uint8();
    const number = reader.uint8();
    // The most a packet holds.
    reader.uint16();
    if (id < 0) throw new BadAnswer('it answers compressed, which is not supported');
    if (total < 1 || total > mostParts || number >= total) throw new BadAnswer();
    if (this.id !== id) this.parts.clear();
    this.id = id;
    this.parts.set(number, Buffer.from(reader.rest()));
    if (this.parts.size < total) return null;
    const all = [...this.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    const whole = new ByteReader(Buffer.concat(all));
    if (whole.int32() !== -1) throw new BadAnswer();
    return whole.rest();
  }
}

function readInfo(reader: ByteReader): Pick<QueryAnswer, 'online' | 'max'> {
  // Protocol; name, map, folder, game; the application's number.
  reader.uint8();
  for (let texts = 0; texts < 4; texts += 1) reader.text();
  reader.uint16();
  const online = reader.uint8();
  const max = reader.uint8();
  // Bots don't play.
  return { online: Math.max(0, online - reader.uint8()), max };
}

function readPlayers(reader: ByteReader): QueryAnswer['names'] {
  const names: NonNullable<QueryAnswer['names']> = [];
  for (let left = reader.uint8(); left > 0 && reader.left > 0; left -= 1) {
    reader.uint8();
    const name = reader.text();
    reader.int32();
    const seconds = reader.float();
    const isTime = Number.isFinite(seconds) && seconds >= 0 && seconds < 10_000_000;
    names.push({ name, forMs: isTime ? Math.round(seconds * 1000) : null });
  }
  return names;
}
