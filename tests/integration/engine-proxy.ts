import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * A door in front of the real engine's socket that can be shut and opened again, as if the engine ended and came back.
 * `frozen` lets connections in but passes nothing on: an engine that hangs. With `logLag` every piece of a log comes so many ms
 * late (asked anew for each piece), in order: a log that is behind the attachment, as on a busy machine.
 */
export class EngineProxy {
  frozen = false;
  logLag: (() => number) | null = null;
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
    socket.once('close', () => engine.destroy());
    if (this.logLag) {
      this.passLate(socket, engine, this.logLag);
      return;
    }
    socket.pipe(engine).pipe(socket);
    engine.once('close', () => socket.destroy());
  }

  /** A connection carries one request at a time, so that what comes back is the log while the last request was for one. */
  private passLate(socket: Socket, engine: Socket, lag: () => number): void {
    let isLog = false;
    let previous = Promise.resolve();
    socket.on('data', (data) => {
      const request = /^(?:GET|POST|DELETE|HEAD|PUT) (\S+) HTTP/.exec(data.toString('latin1', 0, 4096));
      if (request) isLog = /\/containers\/[^/]+\/logs\?/.test(request[1] ?? '');
      engine.write(data);
    });
    socket.on('end', () => engine.end());
    engine.on('data', (data) => {
      const due = performance.now() + (isLog ? lag() : 0);
      previous = previous
        .then(() => (due > performance.now() ? pause(due - performance.now()) : undefined))
        .then(() => void socket.write(data));
    });
    engine.on('close', () => {
      previous = previous.then(() => void socket.destroySoon());
    });
  }

  private own(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.sockets.delete(socket));
  }
}
