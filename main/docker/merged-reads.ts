import { Agent } from 'node:http';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ChunkMerger } from './chunk-merger.ts';

/** Read at once, in bytes: as much as a unix socket holds by default. */
const readBytes = 256 * 1024;
/** Where all connections of all these agents read into; what is handed on is a copy. */
let sharedBlock: Buffer | null = null;

/**
 * Connections for one request each, whose answer comes in as few chunks as it is read in (see `ChunkMerger`): for logs. Not for TLS,
 * whose bytes have to be decrypted first.
 */
export class MergedReadAgent extends Agent {
  override createConnection(options: NetConnectOpts): Duplex {
    sharedBlock ??= Buffer.allocUnsafeSlow(readBytes);
    const block = sharedBlock;
    const merger = new ChunkMerger();
    const socket: Socket = connect({
      ...options,
      onread: {
        buffer: block,
        // False to stop reading for now: the stream holds enough.
        callback: (length) => {
          const bytes = merger.push(block.subarray(0, length));
          return bytes.length === 0 || socket.push(bytes);
        },
      },
    });
    return socket;
  }
}
