import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { expect } from 'vitest';
import type { Progress } from '../../../shared/model/progress.ts';
import { tempDir } from '../../../tests/support/temp.ts';
import type { Room } from '../contract.ts';
import { type Cell, endlessRoom, makeCell } from '../jail.test-helper.ts';
import { Archives, type ExtractRequest, type PackRequest } from './archives.ts';
import type { Extracted } from './extract.ts';
import type { Packed } from './pack.ts';

export interface Bench extends Cell {
  archives: Archives;
  told: Progress[];
  pack(request: Partial<PackRequest>, signal?: AbortSignal): Promise<Packed>;
  extract(request?: Partial<ExtractRequest>, signal?: AbortSignal): Promise<Extracted>;
}

const never = new AbortController().signal;

/** A volume of its own with archives over a real jail; gone at the end of the test. */
export function openBench({
  room = endlessRoom,
  foldsNames = false,
}: {
  room?: Room;
  foldsNames?: boolean;
} = {}): Bench {
  const cell = makeCell(tempDir(), undefined, room);
  const told: Progress[] = [];
  const archives = new Archives({
    files: { jail: () => cell.jail, room: () => room },
    notify: (_volume, progress) => told.push(progress),
    foldsNames,
    now: Date.now,
  });
  return {
    ...cell,
    archives,
    told,
    pack: (request, signal = never) =>
      archives.pack('v', { format: 'zip', path: '', paths: null, outputName: 'out', ...request }, signal),
    extract: (request = {}, signal = never) =>
      archives.extract('v', { archivePath: 'in', destination: 'to', ...request }, signal),
  };
}

/** Everything below a folder: `path` → bytes in hex for small files, length for large ones, `/` for a folder. */
export function tree(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const at = join(folder, path);
    const stats = lstatSync(at);
    if (stats.isSymbolicLink()) found[path] = 'link';
    else if (stats.isDirectory()) found[path] = '/';
    else found[path] = stats.size > 10_000 ? `${stats.size} bytes` : readFileSync(at).toString('latin1');
  }
  return found;
}

/** `755 1700000000` of a path: permission bits and time in seconds. */
export function info(path: string): string {
  const { mode, mtimeMs } = statSync(path);
  return `${(mode & 0o7777).toString(8)} ${Math.floor(mtimeMs / 1000)}`;
}

/** Runs a command line tool in a folder; what it prints. */
export function run(cwd: string, program: string, ...options: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, options, { cwd, encoding: 'utf8' });
  expect([program, status, stderr]).toEqual([program, 0, '']);
  return stdout;
}

export interface TarPart {
  name: string;
  type?: string;
  bytes?: Buffer | string;
  /** Instead of the bytes' length. */
  size?: number;
  link?: string;
  mode?: number;
  /** The magic; '' makes the old form. */
  magic?: string;
}

/** A tar as no honest tool would write it. */
export function tar(parts: TarPart[], end = Buffer.alloc(1024)): Buffer {
  return Buffer.concat([...parts.flatMap((part) => tarPart(part)), end]);
}

function tarPart({ name, type = '0', bytes = '', size, link = '', mode = 0o644, magic }: TarPart): Buffer[] {
  const data = Buffer.from(bytes);
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  block.write('0000000\0'.repeat(2), 108);
  const length = size ?? data.length;
  block.write(`${length.toString(8).padStart(11, '0')}\0`, 124);
  block.write(`${(1_700_000_000).toString(8)}\0`, 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write(link, 157, 100);
  block.write(magic ?? 'ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [block, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
}

export interface ZipPart {
  name: string | Buffer;
  bytes?: Buffer | string;
  method?: number;
  flags?: number;
  /** What the list says, instead of the truth. */
  size?: number;
  crc?: number;
  unixMode?: number;
  extra?: Buffer;
}

/** A zip as no honest tool would write it. */
export function zip(parts: ZipPart[]): Buffer {
  const locals: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes = '', method = 8, flags = 0x800, size, crc, unixMode, extra } of parts) {
    const plain = Buffer.from(bytes);
    const packed = method === 8 ? deflateRawSync(plain) : plain;
    const title = Buffer.from(name);
    const more = extra ?? Buffer.alloc(0);
    const info = Buffer.alloc(26);
    info.writeUInt16LE(20, 0);
    info.writeUInt16LE(flags, 2);
    info.writeUInt16LE(method, 4);
    info.writeUInt32LE(0x58210000, 6);
    info.writeUInt32LE(crc ?? crc32(plain), 10);
    info.writeUInt32LE(packed.length, 14);
    info.writeUInt32LE(size ?? plain.length, 18);
    info.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), info, title, packed]);
    info.writeUInt16LE(more.length, 24);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((unixMode ?? 0) << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    const madeBy = Buffer.from([30, unixMode === undefined ? 0 : 3]);
    list.push(Buffer.from('PK\x01\x02'), madeBy, info, rest, title, more);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length % 0x10000, 8);
  end.writeUInt16LE(parts.length % 0x10000, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
