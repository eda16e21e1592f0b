import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that the system gives to outgoing connections: one of those could be taken by any client a moment later. */
const range = { from: 20_000, to: 32_000 };

/** Whether nobody listens there, on the address given. */
function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** All that this process was given: what once went into a host's pool of ports is there still. */
const given = new Set<number>();

/** Ports that nobody has at this moment on that address, all different, and each only once; nobody keeps them free. */
export async function freePorts(count: number, host = '127.0.0.1'): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(range.from, range.to);
    if (given.has(port) || !(await isFree(port, host))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

/** A TCP port that is free on all addresses at this moment; nobody keeps it free. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1, '0.0.0.0');
  return port ?? 0;
}
