/** The texts of cgroup and proc files as numbers. All pure; what isn't as expected throws, so that no wrong number passes. */

/** A file that holds one number, such as memory.current. */
export function parseSingle(text: string): number {
  const trimmed = text.trim();
  const value = Number(trimmed);
  if (trimmed === '' || !Number.isFinite(value)) throw new Error(`not a number: ${trimmed.slice(0, 40)}`);
  return value;
}

/** A limit in bytes: `max` (v2) and v1's huge "none" both mean the host's memory. */
export function parseLimit(text: string, hostMemory: number): number {
  return text.trim() === 'max' ? hostMemory : Math.min(parseSingle(text), hostMemory);
}

/** The value of a line `name value` (memory.stat, cpu.stat); null if there is no such line. */
export function parseField(text: string, name: string): number | null {
  const start = `\n${text}`.indexOf(`\n${name} `);
  if (start === -1) return null;
  const end = text.indexOf('\n', start);
  return parseSingle(text.slice(start + name.length + 1, end === -1 ? text.length : end));
}

/**
 * S7: what `docker stats` shows: usage without the inactive file cache. Like there, a cache figure that isn't below the
 * usage (the two are read one after the other) is not taken off.
 */
export function memoryInUse(usage: number, inactiveFile: number | null): number {
  return inactiveFile !== null && inactiveFile < usage ? usage - inactiveFile : usage;
}

/** v1, blkio.*io_service_bytes*: lines `8:0 Read 4096`, summed over devices. Bytes. */
export function parseBlkio(text: string): { read: number; write: number } {
  const sum = { read: 0, write: 0 };
  for (const [, operation, value] of text.matchAll(/^\S+ (Read|Write) (\d+)$/gm)) {
    if (operation === 'Read') sum.read += Number(value);
    else sum.write += Number(value);
  }
  return sum;
}

/** v2, io.stat: lines `8:0 rbytes=4096 wbytes=0 rios=1 …`, summed over devices. Bytes. */
export function parseIoStat(text: string): { read: number; write: number } {
  const sum = { read: 0, write: 0 };
  for (const [, operation, value] of text.matchAll(/ ([rw])bytes=(\d+)/g)) {
    if (operation === 'r') sum.read += Number(value);
    else sum.write += Number(value);
  }
  return sum;
}

/** /proc/PID/net/dev: all interfaces but the loopback, as `docker stats` counts. Bytes. */
export function parseNetDev(text: string): { rx: number; tx: number } {
  const sum = { rx: 0, tx: 0 };
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === -1 || line.slice(0, colon).trim() === 'lo') continue;
    const columns = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/);
    // The ninth column is the first of "Transmit".
    sum.rx += parseSingle(columns[0] ?? '');
    sum.tx += parseSingle(columns[8] ?? '');
  }
  return sum;
}

/** /proc/meminfo's line, in bytes; null without one. */
export function parseMeminfo(text: string, name: 'MemTotal' | 'MemAvailable'): number | null {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text);
  return match === null ? null : Number(match[1]) * 1024;
}
