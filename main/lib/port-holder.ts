import { readdir, readFile, readlink } from 'node:fs/promises';
import { get } from 'node:http';

/** Says in words who holds a TCP port of this machine, as far as it can be known: another Lightdeck, a Lightd, or a process by name (Linux). */
export async function describePortHolder(port: number): Promise<string> {
  const http = await askPing(port);
  const owner = process.platform === 'linux' ? await linuxOwner(port).catch(() => null) : null;
  const who = owner ? ` (process ${owner.name}, pid ${owner.pid})` : '';
  if (http === 'lightdeck') return `another Lightdeck${who}; use that one, or stop it first`;
  if (http === 'lightd') return `a Lightd${who}; stop it, or choose another port with --port`;
  if (owner) return `${owner.name} (pid ${owner.pid}); stop it, or choose another port with --port`;
  return 'another program; stop it, or choose another port with --port';
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

/** The process that listens on the port: the socket's inode from /proc/net, then whose open files hold it (ours, or all as root). */
async function linuxOwner(port: number): Promise<{ pid: string; name: string } | null> {
  const inodes = new Set([
    ...(await listening('/proc/net/tcp', port)),
    ...(await listening('/proc/net/tcp6', port)),
  ]);
  if (inodes.size === 0) return null;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || !(await holds(pid, inodes))) continue;
    return { pid, name: (await readFile(`/proc/${pid}/comm`, 'utf8')).trim() };
  }
  return null;
}

async function listening(path: string, port: number): Promise<string[]> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n').slice(1);
  const columns = lines.map((line) => line.trim().split(/\s+/));
  // Column 1 is the local address, 3 the state (0A: listening), 9 the inode.
  return columns.flatMap((c) =>
    c[1]?.endsWith(`:${hex}`) && c[3] === '0A' && c[9] ? [`socket:[${c[9]}]`] : [],
  );
}

async function holds(pid: string, inodes: Set<string>): Promise<boolean> {
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const file of files) {
    const target = await readlink(`/proc/${pid}/fd/${file}`).catch(() => '');
    if (inodes.has(target)) return true;
  }
  return false;
}
