import { closeSync, constants, openSync, readSync } from 'node:fs';
import { uptime } from 'node:os';
import { systemCode } from '../lib/system-error.ts';

/** Longest record of the kernel's log, in bytes: longer ones can't be written. */
const maxRecord = 8192;
/** Most records that are read; logs of a usual size hold some thousand. */
const maxRecords = 50_000;
/** What is older than this has nothing to do with an end that was just told, in ms. */
const recentMs = 10_000;
/** By how much the log's clock may have gone apart from the machine's, as a share of the time since the boot. */
const drift = 1e-4;

/** A process that was killed since its group's memory was full. The group's name holds the container's id, whatever the engine puts around it. */
const killRecord = /^\d+,\d+,(\d+),[^;]*;oom-kill:.*\btask_memcg=[^,]*?([0-9a-f]{64})/;

export interface MemoryKillsOptions {
  /** Records of the kernel's log, oldest first, as /dev/kmsg gives them. Throws where it can't be read. */
  records?: () => Iterable<string>;
  /** Ms of the clock that the log goes by, about. */
  monotonic?: () => number;
  /** Ms since the boot. */
  uptime?: () => number;
}

/**
 * Whom the kernel has killed for memory, by its own log. Engines lose that now and then: containerd's watcher finds the group gone when
 * the container ends right after it (docs/engines.md). Only Linux has such a log, and as a rule only root may read it.
 */
export class MemoryKills {
  private readonly records: () => Iterable<string>;
  private readonly monotonic: () => number;
  private readonly uptime: () => number;

  constructor(options: MemoryKillsOptions = {}) {
    this.records = options.records ?? kernelRecords;
    this.monotonic = options.monotonic ?? (() => Number(process.hrtime.bigint() / 1_000_000n));
    this.uptime = options.uptime ?? (() => uptime() * 1000);
  }

  /** Whether a process of the container (its full id) was killed just now; false as well where nobody can tell. Takes some milliseconds. */
  hasJustKilled(id: string): boolean {
    let killedAt: number | null = null;
    try {
      for (const record of this.records()) {
        const [, micros, container] = killRecord.exec(record) ?? [];
        if (container === id) killedAt = Number(micros) / 1000;
      }
    } catch {
      return false;
    }
    return killedAt !== null && this.monotonic() - killedAt <= recentMs + this.uptime() * drift;
  }
}

function* kernelRecords(): Iterable<string> {
  const file = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.alloc(maxRecord);
    for (let read = 0; read < maxRecords; read += 1) {
      const record = nextRecord(file, buffer);
      if (record === null) return;
      yield record;
    }
  } finally {
    closeSync(file);
  }
}

/** Null after the last one. */
function nextRecord(file: number, buffer: Buffer): string | null {
  try {
    return buffer.toString('latin1', 0, readSync(file, buffer));
  } catch (error) {
    const code = systemCode(error);
    // The oldest one was written over meanwhile: the next read gives the one after it.
    if (code === 'EPIPE') return '';
    if (code === 'EAGAIN') return null;
    throw error;
  }
}
