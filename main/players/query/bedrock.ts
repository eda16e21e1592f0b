import { BadAnswer, type PlayerQuery } from './contract.ts';
import { udpExchange } from './udp-exchange.ts';

/** What marks RakNet's messages outside of a connection. */
const magic = Buffer.from('00ffff00fefefefefdfdfdfd12345678', 'hex');
const ping = 0x01;
const pong = 0x1c;
/** Kind, time, the server's id and the mark, before the text. */
const headerBytes = 1 + 8 + 8 + 16;

/** RakNet's ping, which Minecraft: Bedrock Edition answers with a line of facts; it names nobody. */
export const queryBedrock: PlayerQuery = (address, signal) =>
  udpExchange(address, signal, ({ ask }) =>
    ask(Buffer.concat([Buffer.of(ping), Buffer.alloc(8), magic, Buffer.alloc(8)]), (packet) => {
      if (packet[0] !== pong) return null;
      const isMarked = packet.subarray(17, headerBytes).equals(magic);
      if (!isMarked || packet.length < headerBytes + 2) throw new BadAnswer();
      const text = packet.subarray(headerBytes + 2, headerBytes + 2 + packet.readUInt16BE(headerBytes));
      const [, , , , online, max] = text.toString('utf8').split(';').map(Number);
      if (!isCount(online)) throw new BadAnswer();
      return { online, max: isCount(max) ? max : null, names: null };
    }),
  );

const isCount = (value: number | undefined): value is number => Number.isInteger(value) && (value ?? -1) >= 0;
