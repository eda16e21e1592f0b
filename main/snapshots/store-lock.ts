import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import { currentBoot, isSameBoot } from '../lib/boot-id.ts';
import { patientRename } from '../lib/patient-rename.ts';
import { hasCode } from '../lib/system-error.ts';

const ownerSchema = z.object({
  /** Of this one lock. */
  token: z.string(),
  /** The Lightdeck that has it, and the machine's name, for words. */
  host_id: z.string(),
  machine: z.string(),
  boot: z.string(),
  pid: z.int(),
  /** When the process began, in the system's own count; '' where that can't be told. */
  process_start: z.string(),
  /** Unix ms. */
  since: z.int(),
});
type Owner = z.output<typeof ownerSchema>;

export interface StoreLockOptions {
  /** The lock's file. */
  path: string;
  hostId: string;
  /** Unix ms. */
  now: () => number;
  /** Tells whether a process of this machine lives. Default: asks the system. */
  isAlive?: (pid: number, processStart: string) => boolean;
  boot?: string;
}

/** How often the owner touches the file, in ms, and after how long without that another machine takes it for dead. */
const touchMs = 30_000;
const deadMs = 15 * 60_000;
/** How often in a row it is tried: each time somebody else was faster. */
const maxTries = 5;
const maxClaims = 64;
/** Nobody takes that long to get a lock, in ms. */
const sweepMs = 3600_000;

/**
 * One host at a time works in a store. The lock is a file that names its owner; it outlives a kill, and who finds it decides by what it says:
 * a process of this boot of this machine that is gone, or an earlier boot of the same host, has left it behind. Of another machine's only the
 * age of its last touch tells.
 */
export class StoreLock {
  private readonly path: string;
  private readonly token: string;
  private readonly timer: NodeJS.Timeout;

  private constructor(path: string, token: string) {
    this.path = path;
    this.token = token;
    this.timer = setInterval(() => void this.touch(), touchMs);
    this.timer.unref();
  }

  /** Throws LightdeckError `busy` that names who has it. */
  static async acquire(options: StoreLockOptions): Promise<StoreLock> {
    const { path, hostId, now, boot = currentBoot() } = options;
    const owner: Owner = {
      token: randomBytes(16).toString('hex'),
      host_id: hostId,
      machine: hostname(),
      boot,
      pid: process.pid,
      process_start: processStart(process.pid),
      since: now(),
    };
    const own = `${path}.${owner.token}`;
    try {
      await writeFile(own, `${JSON.stringify(owner)}\n`, { mode: 0o600, flag: 'wx', flush: true });
      for (let tries = 0; tries < maxTries; tries += 1) {
        if ((await takeName(own, path)) || (await takeOver(options, { own, self: owner }))) {
          await sweep(path, now());
          return new StoreLock(path, owner.token);
        }
      }
    } finally {
      await rm(own, { force: true });
    }
    throw new LightdeckError('busy', 'Others want to work in the snapshot store, too: try again');
  }

  /** Gives it up, unless somebody else has it by now. Never rejects. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    try {
      if ((await readOwner(this.path))?.token === this.token) await rm(this.path, { force: true });
    } catch {
      // Whoever comes next sees that this process is gone.
    }
  }

  private async touch(): Promise<void> {
    const time = new Date();
    await utimes(this.path, time, time).catch(() => {});
  }
}

/** Gives the file its second name, unless that is taken. */
async function takeName(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'UNKNOWN')) throw error;
  }
  // A file system without second names: made at once instead, with its text a moment later.
  try {
    await writeFile(path, await readFile(own), { mode: 0o600, flag: 'wx', flush: true });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * Takes the place of a lock that was left behind; throws `busy` if it was not. Of many who find it one may do so: who could make the claim
 * that is named after it. A claim that was left behind is claimed in the same way, so nothing is ever removed that may be somebody's.
 */
async function takeOver(
  options: StoreLockOptions,
  { own, self }: { own: string; self: Owner },
): Promise<boolean> {
  const { path } = options;
  const found = await readOwner(path);
  if (found === null) return false;
  await refuseLiving(path, found, { options, self });
  const claims: string[] = [];
  for (let stale = found; ; ) {
    const claim = `${path}.${stale.token}.claim`;
    claims.push(claim);
    if (await takeName(own, claim)) break;
    const other = await readOwner(claim);
    if (other === null || claims.length === maxClaims) return false;
    await refuseLiving(claim, other, { options, self });
    stale = other;
  }
  // Nobody but its owner, who is gone, and the one who has the claim touches it.
  const isStill = (await readOwner(path))?.token === found.token;
  if (isStill) await patientRename(own, path);
  for (const claim of isStill ? claims : claims.slice(-1)) await rm(claim, { force: true });
  return isStill;
}

async function refuseLiving(
  path: string,
  found: Owner,
  { options, self }: { options: StoreLockOptions; self: Owner },
): Promise<void> {
  const touched = (await lastTouch(path)) ?? options.now();
  if (!isLeft(found, { options, self, idleMs: options.now() - touched })) throw busy(found);
}

/** What was left of those who died while they tried to get it. Never rejects. */
async function sweep(path: string, now: number): Promise<void> {
  try {
    for (const name of await readdir(dirname(path))) {
      if (!name.startsWith(`${basename(path)}.`)) continue;
      const left = join(dirname(path), name);
      if (now - ((await lastTouch(left)) ?? now) > sweepMs) await rm(left, { force: true });
    }
  } catch {
    // They are in nobody's way.
  }
}

function isLeft(
  found: Owner,
  { options, self, idleMs }: { options: StoreLockOptions; self: Owner; idleMs: number },
): boolean {
  const { isAlive = isProcessAlive } = options;
  const isOurHost = found.host_id === self.host_id;
  if (isSameBoot(found.boot, self.boot)) {
    // Another host on this machine may be in a container, where processes have other numbers.
    if (!isAlive(found.pid, found.process_start)) return isOurHost || idleMs > 2 * touchMs;
    return false;
  }
  return isOurHost || idleMs > deadMs;
}

/** Null: there is none. One that makes no sense is somebody's. */
async function readOwner(path: string): Promise<Owner | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return { token: '', host_id: '', machine: '', boot: '', pid: 0, process_start: '', since: 0 };
  }
}

async function lastTouch(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return null;
  }
}

function busy({ machine, pid, since }: Owner): LightdeckError {
  const who =
    machine === ''
      ? 'somebody'
      : `the Lightdeck on ${machine} (process ${pid}), since ${new Date(since).toISOString()}`;
  return new LightdeckError(
    'busy',
    `The snapshot store is in use by ${who}. Wait until it is done; if that one is gone for good, it is free after ${deadMs / 60_000} minutes`,
  );
}

/** Field 22 of its stat, on Linux: a later process with the same number has another one. */
function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isProcessAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
  const now = processStart(pid);
  return start === '' || now === '' || now === start;
}
