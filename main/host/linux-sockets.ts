import { readdir, readFile, readlink } from 'node:fs/promises';
import { endianness } from 'node:os';

/** A socket of this machine that waits for others: TCP in the state LISTEN, or UDP. */
export interface LinuxSocket {
  protocol: 'tcp' | 'udp';
  /** Shortened, in lower case; an IPv4 address that a dual socket carries is told as IPv4. */
  ip: string;
  port: number;
  /** As in the link of /proc/PID/fd: `socket:[123]`. */
  inode: string;
}

export interface Owner {
  pid: number;
  /** The kernel's short name of the process, 15 characters at most. */
  name: string;
}

/** The kernel's tables and the protocol of each; one that the kernel lacks (no IPv6) is skipped. */
const tables = [
  ['tcp', '/proc/net/tcp'],
  ['tcp', '/proc/net/tcp6'],
  ['udp', '/proc/net/udp'],
  ['udp', '/proc/net/udp6'],
] as const;

/** Linux only. Rejects if not even the first table can be read. */
export async function readSockets(): Promise<LinuxSocket[]> {
  const texts = await Promise.all(
    tables.map(async ([protocol, path], index) => {
      const text = await readFile(path, 'utf8').catch((error) => {
        if (index === 0) throw error;
        return '';
      });
      return parseSockets(protocol, text);
    }),
  );
  return texts.flat();
}

/** One of the kernel's tables, /proc/net/{tcp,tcp6,udp,udp6}, heading included. Lines that don't fit are skipped. */
export function parseSockets(protocol: 'tcp' | 'udp', text: string): LinuxSocket[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const columns = line.trim().split(/\s+/);
      // Column 1 is the local address, 3 the state (0A: listening), 9 the inode.
      const [address = '', port = ''] = (columns[1] ?? '').split(':');
      if (protocol === 'tcp' && columns[3] !== '0A') return [];
      const ip = parseAddress(address);
      const number = Number.parseInt(port, 16);
      if (ip === null || !(number > 0) || !columns[9]) return [];
      return [{ protocol, ip, port: number, inode: `socket:[${columns[9]}]` }];
    });
}

/** The kernel prints each 32-bit word in the machine's own order. */
function parseAddress(hex: string): string | null {
  if (!/^([0-9A-F]{8}|[0-9A-F]{32})$/i.test(hex)) return null;
  const bytes = Buffer.from(hex, 'hex');
  if (endianness() === 'LE') bytes.swap32();
  if (bytes.length === 4) return bytes.join('.');
  const mapped = bytes.subarray(0, 12).equals(mappedPrefix);
  if (mapped) return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** ::ffff:0:0/96 */
const mappedPrefix = Buffer.from('00000000000000000000ffff', 'hex');

/** Whose sockets these are, by `inode`: as far as we may look (all processes as root, else our own). Ends as soon as all are found. */
export async function ownersOf(inodes: Iterable<string>): Promise<Map<string, Owner>> {
  const wanted = new Set(inodes);
  const found = new Map<string, Owner>();
  for (const pid of wanted.size > 0 ? await readdir('/proc').catch(() => []) : []) {
    if (wanted.size === 0) break;
    if (!/^\d+$/.test(pid)) continue;
    const held = (await linksOf(pid)).filter((link) => wanted.has(link));
    if (held.length === 0) continue;
    const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
    for (const inode of held) {
      wanted.delete(inode);
      found.set(inode, { pid: Number(pid), name: printable(name) });
    }
  }
  return found;
}

async function linksOf(pid: string): Promise<string[]> {
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
}

/** A process may call itself anything, and its name goes into messages. */
const printable = (name: string): string => name.replace(/[^\x20-\x7e]/g, '?') || 'a process without a name';
