import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { StatsReading } from '../docker/contract.ts';
import {
  memoryInUse,
  parseBlkio,
  parseField,
  parseIoStat,
  parseLimit,
  parseMeminfo,
  parseNetDev,
  parseSingle,
} from './cgroup-files.ts';
import { type CgroupFolder, cgroupMounts, findCgroupFolder, parseProcCgroup } from './cgroup-paths.ts';
import type { SampleTarget } from './contract.ts';
import { createPseudoFileReader } from './pseudo-file.ts';

/** One container's files, found once. Holds nothing open. */
export interface CgroupSource {
  /** Null if the files are gone or unreadable, as when the container has just ended. Never throws. */
  read(): StatsReading | null;
}

/** Reads containers' figures from the kernel's own files, so that the engine pays nothing (S7). */
export interface CgroupReader {
  /**
   * Finds the container's files. Null if there are none that can be trusted: the process isn't on this machine or isn't
   * that container's, or a controller is missing. Then only the engine knows. Never throws.
   */
  open(target: SampleTarget): CgroupSource | null;
}

/** The recursive one first: it includes the cgroups that a program makes inside of its container. */
const V1_BLOCK_FILES = [
  'blkio.throttle.io_service_bytes_recursive',
  'blkio.throttle.io_service_bytes',
  'blkio.io_service_bytes_recursive',
];

interface Files {
  cpu: CgroupFolder;
  memory: CgroupFolder;
  /** Null where the kernel doesn't count it; then the totals are 0, as the engine tells them. */
  block: { version: 1 | 2; path: string } | null;
  /** Null with the host's own network, which isn't the container's traffic (`docker stats` shows none either). */
  network: string | null;
  hostMemory: number;
}

/**
 * For an engine on this machine; does no harm with a remote one, whose containers it doesn't find. `root` replaces `/`
 * for tests. `now` gives milliseconds for the readings' `at`; by default a clock that is never set back.
 */
export function createCgroupReader(options: { root?: string; now?: () => number } = {}): CgroupReader {
  const { root = '/', now = () => performance.timeOrigin + performance.now() } = options;
  const readText = createPseudoFileReader();

  /**
   * v1's memory.stat asks the kernel to gather the counters of all CPUs and child groups, which some kernels (5.x with
   * many CPUs) do slowly, up to a few ms; there is no cheaper file that has the inactive cache.
   */
  function read(files: Files): StatsReading {
    const { cpu, memory, block, network, hostMemory } = files;
    const net = network === null ? { rx: 0, tx: 0 } : parseNetDev(readText(network));
    const at = now();
    const cpuNanos =
      cpu.version === 1
        ? parseSingle(readText(`${cpu.folder}/cpuacct.usage`))
        : microsToNanos(parseField(readText(`${cpu.folder}/cpu.stat`), 'usage_usec'));
    const v1 = memory.version === 1;
    const usage = parseSingle(
      readText(`${memory.folder}/${v1 ? 'memory.usage_in_bytes' : 'memory.current'}`),
    );
    const stat = readText(`${memory.folder}/memory.stat`);
    // Read each time: a limit can be changed while the container runs (A11).
    const limit = readText(`${memory.folder}/${v1 ? 'memory.limit_in_bytes' : 'memory.max'}`);
    const io = block === null ? { read: 0, write: 0 } : parseBlock(block.version, readText(block.path));
    return {
      at,
      cpuNanos,
      memoryUsage: memoryInUse(usage, parseField(stat, v1 ? 'total_inactive_file' : 'inactive_file')),
      memoryLimit: parseLimit(limit, hostMemory),
      networkRx: net.rx,
      networkTx: net.tx,
      blockRead: io.read,
      blockWrite: io.write,
    };
  }

  function find({ containerId, pid }: SampleTarget): Files | null {
    if (pid === null || pid <= 0) return null;
    const processFolder = join(root, 'proc', String(pid));
    const procCgroup = parseProcCgroup(readText(join(processFolder, 'cgroup')));
    // Not by the bounded reader: a host with hundreds of containers has hundreds of KiB of mounts.
    const mounts = cgroupMounts(readFileSync(join(root, 'proc/self/mountinfo'), 'utf8'));
    const folder = (controller: string): CgroupFolder | null => {
      const found = findCgroupFolder({ mounts, procCgroup, containerId, controller });
      return found === null ? null : { ...found, folder: join(root, found.folder) };
    };
    const cpu = folder('cpuacct');
    const memory = folder('memory');
    const hostMemory = parseMeminfo(readText(join(root, 'proc/meminfo')), 'MemTotal');
    if (cpu === null || memory === null || hostMemory === null) return null;
    return {
      cpu,
      memory,
      block: findBlockFile(folder('blkio')),
      network: sharesOurNetwork(processFolder, root) ? null : join(processFolder, 'net/dev'),
      hostMemory,
    };
  }

  return {
    open: (target) =>
      orNull(() => {
        const files = find(target);
        if (files === null) return null;
        // The first reading proves that every file is there.
        read(files);
        return { read: () => orNull(() => read(files)) };
      }),
  };
}

function findBlockFile(found: CgroupFolder | null): Files['block'] {
  if (found === null) return null;
  const names = found.version === 1 ? V1_BLOCK_FILES : ['io.stat'];
  const path = names.map((name) => join(found.folder, name)).find((candidate) => existsSync(candidate));
  return path === undefined ? null : { version: found.version, path };
}

function sharesOurNetwork(processFolder: string, root: string): boolean {
  const theirs = orNull(() => readlinkSync(join(processFolder, 'ns/net')));
  return theirs !== null && theirs === orNull(() => readlinkSync(join(root, 'proc/self/ns/net')));
}

function parseBlock(version: 1 | 2, text: string): { read: number; write: number } {
  return version === 1 ? parseBlkio(text) : parseIoStat(text);
}

function microsToNanos(micros: number | null): number {
  if (micros === null) throw new Error('cpu.stat has no usage_usec');
  return micros * 1000;
}

/** The files of a container vanish whenever it ends: that is an answer, not a failure. */
function orNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
