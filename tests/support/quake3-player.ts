import { createSocket, type Socket } from 'node:dgram';

const head = Buffer.alloc(4, 0xff);
/** Who is let in must have one. */
const guid = '0123456789ABCDEF'.repeat(2);

/**
 * A player of a game made of Quake III who knocks and is let in, and gets no further than the door: from then on the server counts them, with a
 * ping of 999, until it is told otherwise or has heard nothing for some minutes.
 */
export class Quake3Player {
  private readonly socket: Socket = createSocket('udp4');
  private readonly knock: NodeJS.Timeout;
  private readonly name: string;
  private readonly protocol: number;

  /** `protocol`: the game's number. */
  constructor(port: number, name: string, protocol: number) {
    this.name = name;
    this.protocol = protocol;
    this.socket.on('error', () => {});
    this.socket.on('message', (packet) => this.take(packet.toString('latin1')));
    this.socket.connect(port, '127.0.0.1', () => this.say('getchallenge 0 Quake3Arena'));
    this.knock = setInterval(() => this.say('getchallenge 0 Quake3Arena'), 1000);
  }

  close(): void {
    clearInterval(this.knock);
    this.socket.close();
  }

  private say(text: string): void {
    this.socket.send(Buffer.concat([head, Buffer.from(text)]), () => {});
  }

  private take(said: string): void {
    const challenge = /^....challengeResponse (-?\d+)/s.exec(said)?.[1];
    if (/^....connectResponse/s.test(said)) clearInterval(this.knock);
    if (challenge === undefined) return;
    const facts = { protocol: this.protocol, qport: 1000, challenge, name: this.name, cl_guid: guid };
    const line = Object.entries(facts).map(([key, value]) => `\\${key}\\${value}`);
    const packed = adaptiveHuffman(Buffer.from(`"${line.join('')}"`));
    this.socket.send(Buffer.concat([head, Buffer.from('connect '), packed]), () => {});
  }
}

interface Node {
  /** Null: a fork, or the place from which new bytes come. */
  byte: number | null;
  weight: number;
  parent: Node | null;
  left: Node | null;
  right: Node | null;
}

/** As Quake III packs the packet that asks for a connection: Huffman's code, grown while it is used; its length before it. */
function adaptiveHuffman(data: Buffer): Buffer {
  const unseen: Node = { byte: null, weight: 0, parent: null, left: null, right: null };
  let root: Node = unseen;
  /** By weight, from the lightest. */
  const order: Node[] = [unseen];
  const leaves = new Map<number, Node>();
  const bits: number[] = [];
  const path = (node: Node): number[] =>
    node.parent === null ? [] : [...path(node.parent), node.parent.right === node ? 1 : 0];

  const put = (parent: Node | null, old: Node, node: Node): void => {
    if (parent === null) root = node;
    else if (parent.left === old) parent.left = node;
    else parent.right = node;
    node.parent = parent;
  };
  const swap = (a: Node, b: Node): void => {
    const [ofA, ofB] = [a.parent, b.parent];
    const isSameSide = ofA !== null && ofA === ofB;
    if (isSameSide && ofA) [ofA.left, ofA.right] = [ofA.right, ofA.left];
    else {
      put(ofA, a, b);
      put(ofB, b, a);
    }
    const [atA, atB] = [order.indexOf(a), order.indexOf(b)];
    order[atA] = b;
    order[atB] = a;
  };
  const grow = (from: Node | null): void => {
    for (let node = from; node; node = node.parent) {
      const { weight } = node;
      const heaviest = order.findLast((one) => one.weight === weight);
      if (heaviest && heaviest !== node && heaviest !== node.parent) swap(node, heaviest);
      node.weight += 1;
    }
  };

  for (const byte of data) {
    const known = leaves.get(byte);
    if (known) {
      bits.push(...path(known));
      grow(known);
      continue;
    }
    bits.push(...path(unseen), ...[7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (byte >> bit) & 1));
    const { parent } = unseen;
    const fork: Node = { byte: null, weight: 1, parent, left: unseen, right: null };
    const leaf: Node = { byte, weight: 1, parent: fork, left: null, right: null };
    fork.right = leaf;
    put(parent, unseen, fork);
    unseen.parent = fork;
    order.splice(1, 0, leaf, fork);
    leaves.set(byte, leaf);
    grow(parent);
  }
  const packed = Buffer.alloc(2 + Math.ceil((bits.length + 1) / 8));
  packed.writeUInt16BE(data.length, 0);
  for (const [at, bit] of bits.entries())
    if (bit) packed[2 + (at >> 3)] = (packed[2 + (at >> 3)] ?? 0) | (1 << (at & 7));
  if (root === unseen) throw new Error('nothing to pack');
  return packed;
}
