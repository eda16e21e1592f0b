import { randomBytes } from 'node:crypto';
import { ByteReader } from './byte-reader.ts';
import { BadAnswer, type PlayerQuery, type QueryAnswer } from './contract.ts';
import { udpExchange } from './udp-exchange.ts';

/** Flags and protocol version of a packet: about the connection itself, and outside of one. */
const control = 0x04;
const connectionless = 0x21;
/** The message that asks for a token, and that brings one. */
const tokenMessage = 5;
/** A question must be so long that nobody is flooded by answers that others asked for, in bytes. */
const tokenRequestBytes = 512;
const noToken = Buffer.alloc(4, 0xff);
const question = Buffer.concat([Buffer.alloc(4, 0xff), Buffer.from('gie3')]);
const answer = Buffer.concat([Buffer.alloc(4, 0xff), Buffer.from('inf3')]);
/** What a player in the list is: one that only looks on counts, a bot doesn't. */
const isBot = 2;

/** The server list's question of Teeworlds 0.7: a token first, then how many are on, and who. */
export const queryTeeworlds: PlayerQuery = (address, signal) =>
  udpExchange(address, signal, async ({ ask }) => {
    const own = randomBytes(4);
    const request = Buffer.concat([
      Buffer.of(control, 0, 0),
      noToken,
      Buffer.of(tokenMessage),
      own,
      Buffer.alloc(tokenRequestBytes - own.length),
    ]);
    const token = await ask(request, (packet) => {
      const isOurs = packet[0] === control && packet.subarray(3, 7).equals(own);
      return isOurs && packet[7] === tokenMessage && packet.length >= 12 ? packet.subarray(8, 12) : null;
    });
    // Our number for this question is 0.
    const asked = Buffer.concat([Buffer.of(connectionless), token, own, question, Buffer.of(0)]);
    return ask(asked, (packet) => {
      const isOurs = packet[0] === connectionless && packet.subarray(1, 5).equals(own);
      if (!isOurs || !packet.subarray(9, 9 + answer.length).equals(answer)) return null;
      return read(new ByteReader(packet.subarray(9 + answer.length)));
    });
  });

function read(reader: ByteReader): QueryAnswer {
  packed(reader);
  // Version, name, host name, map, kind of game.
  for (let texts = 0; texts < 5; texts += 1) reader.text();
  // Flags, level; those that play and may, which those who look on aren't among.
  for (let numbers = 0; numbers < 4; numbers += 1) packed(reader);
  const listed = packed(reader);
  const max = packed(reader);
  if (listed < 0 || max < 0) throw new BadAnswer();
  const names: NonNullable<QueryAnswer['names']> = [];
  let bots = 0;
  for (let left = listed; left > 0 && reader.left > 0; left -= 1) {
    const name = reader.text();
    // The clan; country and score.
    reader.text();
    packed(reader);
    packed(reader);
    if (packed(reader) === isBot) bots += 1;
    // Who is just coming in has no name yet.
    else if (name !== '') names.push({ name, forMs: null });
  }
  return { online: Math.max(0, listed - bots), max, names };
}

/** A whole number as Teeworlds packs it: six bits and the sign first, then seven at a time. */
function packed(reader: ByteReader): number {
  let byte = reader.uint8();
  const isNegative = (byte & 0x40) !== 0;
  let value = byte & 0x3f;
  for (let shift = 6; (byte & 0x80) !== 0; shift += 7) {
    if (shift > 27) throw new BadAnswer();
    byte = reader.uint8();
    value += (byte & 0x7f) * 2 ** shift;
  }
  return isNegative ? -value - 1 : value;
}
