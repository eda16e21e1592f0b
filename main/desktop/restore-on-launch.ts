import { readFileSync, rmSync, statSync } from 'node:fs';
import { z } from 'zod';
import { internalIdSchema } from '../../shared/model/server.ts';
import { type Log, silentLog } from '../lib/log.ts';
import type { HostWatch } from './contract.ts';
import { waitForWatch } from './wait-for-watch.ts';

/** More servers than this aren't remembered; the first made win. */
export const maxRemembered = 200;
/** A longer file isn't ours, in bytes. */
const maxFile = 32 * 1024;

const fileSchema = z.object({
  version: z.literal(1),
  servers: z.array(internalIdSchema).max(maxRemembered),
});

/**
 * Keeps for the next start of the app which servers are to come back (`EndPlan.remember`); none removes the file. `write` replaces a
 * file whole (config/write-atomically.ts). Throws what the file system says.
 */
export function rememberServers(
  path: string,
  ids: readonly string[],
  write: (path: string, text: string) => void,
): void {
  if (ids.length === 0) {
    rmSync(path, { force: true });
    return;
  }
  const file: z.infer<typeof fileSchema> = { version: 1, servers: ids.slice(0, maxRemembered) };
  write(path, `${JSON.stringify(file)}\n`);
}

/**
 * What was remembered, in its order, and forgets it: servers that take the app down with them aren't started over and over. A
 * file that is no good gives none. Never throws.
 */
export function takeRemembered(path: string, log: Log = silentLog): string[] {
  let ids: string[] = [];
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return [];
    if (!stat.isFile() || stat.size > maxFile) throw new Error('it is not a file of ours');
    ids = [...new Set(fileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).servers)];
  } catch (error) {
    log.warn({ path, error: String(error) }, 'which servers were to come back can’t be read');
  }
  try {
    rmSync(path, { force: true });
  } catch (error) {
    log.warn({ path, error: String(error) }, 'a file could not be removed; no server comes back by it');
    return [];
  }
  return ids;
}

export interface ComeBackOptions {
  watch: HostWatch;
  /** `takeRemembered`. */
  ids: readonly string[];
  signal?: AbortSignal;
  log?: Log;
  /** Servers that start at the same time. */
  width?: number;
  /** How long one may hold its place, in ms. */
  eachMs?: number;
  /** How long to wait for the host and its engine, in ms. */
  waitMs?: number;
}

/**
 * Starts servers in their order, a few at a time, each next one when one before has started (or failed, or takes too long), as
 * soon as the host knows what they do. What runs already, as by `auto_start`, or is gone is passed over. Never rejects.
 */
export async function restartRemembered({
  watch,
  ids,
  signal,
  log = silentLog,
  width = 3,
  eachMs = 120_000,
  waitMs = 300_000,
}: ComeBackOptions): Promise<void> {
  const stateOf = (id: string) => watch.servers?.find(({ internal_id }) => internal_id === id)?.state;
  const isKnown = (): boolean => watch.servers !== null && ids.every((id) => stateOf(id) !== 'unknown');
  if (!(await waitForWatch(watch, isKnown, { ms: waitMs, signal }))) {
    if (!signal?.aborted && ids.length > 0) log.warn({}, 'servers could not come back: no engine in time');
    return;
  }
  const waiting = [...ids];
  const work = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined && !signal?.aborted; id = waiting.shift()) {
      const state = stateOf(id);
      if (state !== 'exit' && state !== 'installed') continue;
      await start(id);
    }
  };
  const start = async (id: string): Promise<void> => {
    const place = watchStart(watch, id, { ms: eachMs, signal });
    try {
      await watch.power(id, 'start');
    } catch (error) {
      log.warn({ server: id, error: String(error) }, 'a server could not come back');
      place.leave();
    }
    await place.over;
  };
  await Promise.all(Array.from({ length: width }, work));
}

/** `over` resolves when a start that is about to be asked for has led to something, in ms at most, or after `leave`. Never rejects. */
function watchStart(
  watch: HostWatch,
  id: string,
  { ms, signal }: { ms: number; signal?: AbortSignal | undefined },
): { over: Promise<boolean>; leave: () => void } {
  const end = new AbortController();
  let hasBegun = false;
  const isOver = (): boolean => {
    const state = watch.servers?.find(({ internal_id }) => internal_id === id)?.state;
    if (state === 'starting') hasBegun = true;
    // Before it begins it is stopped, too; a host that is away may come back.
    if (state === 'exit' || state === 'installed') return hasBegun;
    return watch.servers !== null && state !== 'starting' && state !== 'unknown';
  };
  const both = signal ? AbortSignal.any([end.signal, signal]) : end.signal;
  return { over: waitForWatch(watch, isOver, { ms, signal: both }), leave: () => end.abort() };
}
