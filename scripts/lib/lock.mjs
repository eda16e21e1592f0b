import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { say } from './output.mjs';
import { delay, isAlive } from './run.mjs';

const heartbeatMs = 5_000;
const staleMs = 60_000;

async function readOwner(folder) {
  try {
    return JSON.parse(await readFile(join(folder, 'owner.json'), 'utf8')).pid ?? null;
  } catch {
    return null;
  }
}

/** Stale: its process is gone, or it stopped touching the folder (after a crash its number may belong to another process). */
async function isStale(folder) {
  const touched = await stat(folder).catch(() => null);
  if (!touched) return false;
  const age = Date.now() - touched.mtimeMs;
  const pid = await readOwner(folder);
  if (pid === null) return age > heartbeatMs;
  return age > staleMs || !isAlive(pid);
}

/** Moves a stale lock aside. Who moved away a lock that was taken anew in the meantime puts it back. */
async function clearStale(folder) {
  const staleOwner = await readOwner(folder);
  const aside = `${folder}.stale-${process.pid}`;
  try {
    await rename(folder, aside);
  } catch {
    return;
  }
  const moved = await readOwner(aside);
  if (moved !== staleOwner) await rename(aside, folder).catch(() => {});
  await rm(aside, { recursive: true, force: true });
}

/**
 * Runs `work` while holding the lock folder, so that two set-ups in one tree come one after the other. Waits as long as
 * the other one lives; a lock left behind by a crash is taken over.
 */
export async function withLock(folder, work) {
  await mkdir(dirname(folder), { recursive: true });
  let told = false;
  for (;;) {
    try {
      await mkdir(folder);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (await isStale(folder)) {
      await clearStale(folder);
      continue;
    }
    if (!told)
      say(`Waiting for another set-up in this folder to finish (process ${await readOwner(folder)})…`);
    told = true;
    await delay(300);
  }
  await writeFile(join(folder, 'owner.json'), JSON.stringify({ pid: process.pid }));
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(folder, now, now).catch(() => {});
  }, heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(folder, { recursive: true, force: true });
  }
}
