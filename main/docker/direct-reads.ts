import { Agent } from 'node:http';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Read at once, in bytes: as much as a unix socket holds by default. */
const readBytes = 256 * 1024;
/**
 * Where all connections of all these agents read into. Reading and handing on happen in one turn, so one block is enough, and
 * nothing has to be collected afterwards.
 */
let sharedBlock: Buffer | null = null;
/** Told to each connection of these agents by `readDirectly`. */
const direct = new WeakMap<Duplex, DirectReads>();

interface DirectReads {
  isWanted: boolean;
}

/**
 * Connections whose bytes can be had where they were read, without a copy and without a block of memory for each read (see
 * `readDirectly`); until then they are ordinary ones. Not for TLS. Keeps none of them alive.
 */
export class DirectReadAgent extends Agent {
  override createConnection(options: NetConnectOpts): Duplex {
    sharedBlock ??= Buffer.allocUnsafeSlow(readBytes);
    const block = sharedBlock;
    const reads: DirectReads = { isWanted: false };
    const socket: Socket = connect({
      ...options,
      onread: { buffer: block, callback: (length) => take(socket, block.subarray(0, length), reads) },
    });
    direct.set(socket, reads);
    return socket;
  }
}

/**
 * From now on the chunks of a connection made by a `DirectReadAgent` are only good until the end of the turn in which their `data`
 * event comes: whoever wants them longer copies them. Other streams stay as they are.
 */
export function readDirectly(stream: Duplex): void {
  const reads = direct.get(stream);
  if (reads) reads.isWanted = true;
}

/** False to stop reading for now: the stream holds enough. */
function take(socket: Socket, chunk: Buffer, { isWanted }: DirectReads): boolean {
  const isNext = isWanted && socket.readableFlowing === true && socket.readableLength === 0;
  if (!isNext) return socket.push(Buffer.from(chunk));
  socket.emit('data', chunk);
  return true;
}
