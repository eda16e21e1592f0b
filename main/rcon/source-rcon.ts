import type { OpenChannel } from './contract.ts';
import { type Login, opensWith, TcpChannel } from './tcp-channel.ts';

/** Types of packets; an answer to a login has the type of a command. */
const types = { answer: 0, command: 2, login: 3 };
/** Of a packet without its length: more is no packet of this protocol, in bytes. */
const mostPacket = 64 * 1024;
const loginId = 1;

interface Packet {
  id: number;
  type: number;
  body: Buffer;
}

/** Valve's remote console over TCP, which many games speak. An answer in several packets ends with the answer to an empty packet after it, or with silence. */
class SourceRcon extends TcpChannel {
  private waiting: Buffer = Buffer.alloc(0);
  private onPacket: (packet: Packet) => void = () => {};
  private nextId = loginId + 1;

  async run(command: string): Promise<string> {
    const id = this.nextId;
    this.nextId = (this.nextId + 2) % 1_000_000;
    const answer = this.answer();
    this.onPacket = (packet) => {
      if (packet.id === id) answer.add(packet.body);
      // What is asked second is answered last.
      else if (packet.id === id + 1) answer.end();
    };
    this.send({ id, type: types.command, body: Buffer.from(command) });
    this.send({ id: id + 1, type: types.answer, body: Buffer.alloc(0) });
    return answer.done;
  }

  protected beginLogin(password: string, { accepted, refused }: Login): void {
    this.onPacket = ({ id, type }) => {
      // An empty answer comes before it.
      if (type !== types.command) return;
      if (id === loginId) accepted();
      else refused();
    };
    this.send({ id: loginId, type: types.login, body: Buffer.from(password) });
  }

  private send({ id, type, body }: Packet): void {
    const packet = Buffer.alloc(4 + 4 + 4 + body.length + 2);
    packet.writeInt32LE(packet.length - 4, 0);
    packet.writeInt32LE(id, 4);
    packet.writeInt32LE(type, 8);
    body.copy(packet, 12);
    this.write(packet);
  }

  protected take(data: Buffer): void {
    this.waiting = Buffer.concat([this.waiting, data]);
    while (this.waiting.length >= 4) {
      const length = this.waiting.readInt32LE(0);
      if (length < 10 || length > mostPacket) {
        this.fail(new Error('what it says is not of that protocol'));
        return;
      }
      if (this.waiting.length < 4 + length) return;
      const packet = this.waiting.subarray(4, 4 + length);
      this.waiting = this.waiting.subarray(4 + length);
      this.onPacket({
        id: packet.readInt32LE(0),
        type: packet.readInt32LE(4),
        body: packet.subarray(8, length - 2),
      });
    }
  }
}

export const openSourceRcon: OpenChannel = opensWith(SourceRcon);
