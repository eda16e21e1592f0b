import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './requirements.ts';

/** What the kernel calls this processor, and its number of the call `socket`. */
const calls: Partial<Record<string, [audit: number, socket: number]>> = {
  x64: [0xc000003e, 41],
  arm64: [0xc00000b7, 198],
};
const [load, jumpIfEqual, give] = [0x20, 0x15, 0x06];
const [allowed, notPermitted] = [0x7fff0000, 0x00050001];
/** Where struct seccomp_data has the call's number, the processor and the lower halves of its first and third argument. */
const at = { call: 0, processor: 4, family: 16, protocol: 32 };
const [netlink, route] = [16, 0];

/** A seccomp filter that refuses sockets by which the kernel tells of its networks; all else is allowed. */
function filterOf([processor, socket]: [number, number]): Buffer {
  // Each: operation, lines to skip if equal, lines to skip if not, value.
  const lines: [number, number, number, number][] = [
    [load, 0, 0, at.processor],
    [jumpIfEqual, 0, 6, processor],
    [load, 0, 0, at.call],
    [jumpIfEqual, 0, 4, socket],
    [load, 0, 0, at.family],
    [jumpIfEqual, 0, 2, netlink],
    [load, 0, 0, at.protocol],
    [jumpIfEqual, 1, 0, route],
    [give, 0, 0, allowed],
    [give, 0, 0, notPermitted],
  ];
  const bytes = Buffer.alloc(lines.length * 8);
  for (const [index, [operation, yes, no, value]] of lines.entries()) {
    bytes.writeUInt16LE(operation, index * 8);
    bytes.writeUInt8(yes, index * 8 + 2);
    bytes.writeUInt8(no, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  }
  return bytes;
}

/**
 * Starts a browser so that it learns nothing of networks that come and go: Chromium gives up requests under way whenever one does
 * (net::ERR_NETWORK_CHANGED, one in a hundred while other tests start containers). `start` gets the program to start, which may be a
 * script that is gone afterwards. Needs bubblewrap and root; else it is `program` itself.
 */
export async function inStillNetworks<T>(program: string, start: (path: string) => Promise<T>): Promise<T> {
  const numbers = calls[process.arch];
  const bubblewrap = findProgram('bwrap');
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !numbers || !bubblewrap)
    return start(program);
  const folder = mkdtempSync(join(tmpdir(), 'lightdeck-still-'));
  try {
    const [filter, script] = [join(folder, 'filter'), join(folder, 'program')];
    writeFileSync(filter, filterOf(numbers));
    const options = '--dev-bind / / --die-with-parent --seccomp 9';
    writeFileSync(script, `#!/bin/sh\nexec '${bubblewrap}' ${options} -- '${program}' "$@" 9< '${filter}'\n`);
    chmodSync(script, 0o755);
    return await start(script);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
