import { get } from 'node:http';
import { type Owner, ownersOf, readSockets } from './linux-sockets.ts';

/**
 * Says in words who holds a TCP port of this machine, as far as it can be known: another Lightdeck, a Lightd, or a process
 * by name (Linux). `choose` says how another port is chosen.
 */
export async function describePortHolder(
  port: number,
  choose = 'choose another port with --port',
): Promise<string> {
  const http = await askPing(port);
  const owner = process.platform === 'linux' ? await linuxOwner(port).catch(() => null) : null;
  const who = owner ? ` (process ${owner.name}, pid ${owner.pid})` : '';
  if (http === 'lightdeck') return `another Lightdeck${who}; use that one, or stop it first`;
  if (http === 'lightd') return `a Lightd${who}; stop it, or ${choose}`;
  if (owner) return `${owner.name} (pid ${owner.pid}); stop it, or ${choose}`;
  return `another program; stop it, or ${choose}`;
}

function askPing(port: number): Promise<'lightdeck' | 'lightd' | null> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/api/v1/public/ping', timeout: 1000 },
      (response) => {
        if (response.headers['x-lightdeck'] !== undefined) {
          resolve('lightdeck');
          request.destroy();
          return;
        }
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString();
          if (body.length > 4096) request.destroy();
        });
        response.on('close', () => resolve(body.includes('Lightd is running') ? 'lightd' : null));
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}

/** The process that listens on the port, whatever the address. */
async function linuxOwner(port: number): Promise<Owner | null> {
  const sockets = (await readSockets()).filter((socket) => socket.protocol === 'tcp' && socket.port === port);
  const owners = await ownersOf(sockets.map(({ inode }) => inode));
  return owners.values().next().value ?? null;
}
