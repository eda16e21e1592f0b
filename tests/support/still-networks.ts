import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './requirements.ts';

/** What the kernel calls this processor, and its numbers of the calls `socket` and `prctl`. */
const calls: Partial<Record<string, { processor: number; socket: number; prctl: number }>> = {
  x64: { processor: 0xc000003e, socket: 41, prctl: 157 },
  arm64: { processor: 0xc00000b7, socket: 198, prctl: 167 },
};
/** Of prctl: no program that follows gains rights; from now on this filter holds. */
const [noNewPrivileges, setSeccomp, filterMode] = [38, 22, 2];
const [load, jumpIfEqual, give] = [0x20, 0x15, 0x06];
const [allowed, notPermitted] = [0x7fff0000, 0x00050001];
/** Where struct seccomp_data has the call's number, the processor and the lower halves of its first and third argument. */
const at = { call: 0, processor: 4, family: 16, protocol: 32 };
const [netlink, route] = [16, 0];

/** A seccomp filter that refuses sockets by which the kernel tells of its networks; all else is allowed. */
function filterOf({ processor, socket }: { processor: number; socket: number }): Buffer {
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
 * script that is gone afterwards. Perl can ask the kernel for that without a namespace of its own, which would hold what is mounted.
 * Without Perl, or elsewhere than on Linux, it is `program` itself.
 */
export async function inStillNetworks<T>(program: string, start: (path: string) => Promise<T>): Promise<T> {
  const numbers = calls[process.arch];
  const perl = findProgram('perl');
  if (process.platform !== 'linux' || !numbers || !perl) return start(program);
  const folder = mkdtempSync(join(tmpdir(), 'lightdeck-still-'));
  try {
    const script = join(folder, 'program');
    const filter = filterOf(numbers);
    writeFileSync(
      script,
      `#!${perl}
my $filter = pack('H*', '${filter.toString('hex')}');
my $program = pack('S x![P] P', ${filter.length / 8}, $filter);
syscall(${numbers.prctl}, ${noNewPrivileges}, 1, 0, 0, 0) == 0 or die "no_new_privs: $!\n";
syscall(${numbers.prctl}, ${setSeccomp}, ${filterMode}, $program) == 0 or die "seccomp: $!\n";
exec { '${program}' } '${program}', @ARGV or die "$!\n";
`,
    );
    chmodSync(script, 0o755);
    return await start(script);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
