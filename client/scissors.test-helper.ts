import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Between page and host: of connection `n` it lets `limits[n]` bytes through to the page, then it cuts. Later ones are whole. */
export class Scissors {
  url = '';
  readonly limits: number[];
  private readonly server = createServer((page) => this.join(page));
  private readonly sockets = new Set<Socket>();
  private readonly target: number;

  constructor(target: string, limits: readonly number[]) {
    this.target = Number(new URL(target).port);
    this.limits = [...limits];
  }

  async open(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    return this;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private join(page: Socket): void {
    let left = this.limits.shift() ?? Number.POSITIVE_INFINITY;
    const host = connect(this.target, '127.0.0.1');
    for (const [one, other] of [
      [page, host],
      [host, page],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
    page.on('data', (data) => host.write(data));
    host.on('data', (data: Buffer) => {
      const through = data.subarray(0, left);
      left -= through.length;
      page.write(through, () => left <= 0 && page.destroy());
    });
  }
}
