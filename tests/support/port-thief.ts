import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { OnEnd } from './cleanup.ts';
import { hasEnded } from './has-ended.ts';

const program = {
  tcp: `require('node:net').createServer().listen({ host: process.argv[1], port: Number(process.argv[2]) }, () => console.log('up'))`,
  udp: `const s = require('node:dgram').createSocket(process.argv[1].includes(':') ? 'udp6' : 'udp4'); s.bind(Number(process.argv[2]), process.argv[1], () => console.log('up'))`,
};

/** Another process that has bound a port of this machine. */
export class PortThief {
  private readonly child: ChildProcess;

  constructor(child: ChildProcess) {
    this.child = child;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves when it is gone, and its port is free. */
  async close(): Promise<void> {
    if (hasEnded(this.child)) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}

/** Resolves when it has the port. */
export async function stealPort(
  key: { ip: string; port: number; protocol: 'tcp' | 'udp' },
  onEnd: OnEnd,
): Promise<PortThief> {
  const child = spawn(process.execPath, ['-e', program[key.protocol], key.ip, String(key.port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const thief = new PortThief(child);
  onEnd(() => thief.close());
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => {
      throw new Error(`port ${key.port} could not be taken`);
    }),
  ]);
  return thief;
}
