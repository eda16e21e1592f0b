import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A door in front of the real engine's socket that can be shut and opened again, as if the engine ended and came back.
 * `frozen` lets connections in but passes nothing on: an engine that hangs.
 */
export class EngineProxy {
  frozen = false;
  private readonly upstream: string;
  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();

  constructor(upstream: string) {
    this.upstream = upstream;
  }

  /** On a socket's path, or a TCP port of the loopback (0 for any); resolves with the port, 0 for a path. */
  async open(where: string | number): Promise<number> {
    const server = createServer((socket) => this.pass(socket));
    this.server = server;
    if (typeof where === 'string') await rm(where, { force: true });
    server.listen(typeof where === 'string' ? { path: where } : { port: where, host: '127.0.0.1' });
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async shut(): Promise<void> {
    const server = this.server;
    if (server === null) return;
    this.server = null;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private pass(socket: Socket): void {
    this.own(socket);
    if (this.frozen) return;
    const engine = connect(this.upstream);
    this.own(engine);
    socket.pipe(engine).pipe(socket);
    socket.once('close', () => engine.destroy());
    engine.once('close', () => socket.destroy());
  }

  private own(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.sockets.delete(socket));
  }
}
