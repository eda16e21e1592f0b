import { vendorType } from '../../shared/http/route.ts';
import { hasCode } from '../lib/system-error.ts';
import { readDataOwner } from './data-lock.ts';

/** How long a running host may take to answer, in ms. */
const timeoutMs = 5000;
/** The route by which a host reads its configuration anew (shared/http/remote.ts). */
const reloadPath = '/remote/config/reload';

/**
 * B8: after the master token was changed in a data folder's file, has the host that runs on it take it, with the token of before. Null
 * if there is none, or it has; else what to tell whoever changed it. Never rejects.
 */
export async function reloadHost(dataDir: string, oldToken: string): Promise<string | null> {
  const owner = readDataOwner(dataDir);
  if (owner === null || !isAlive(owner.pid)) return null;
  const notTaken = (why: string): string =>
    `the running host (process ${owner.pid}) still takes the old token: ${why}; restart it`;
  if (owner.url === null) return notTaken('it does not listen yet');
  try {
    const reply = await fetch(owner.url + reloadPath, {
      method: 'POST',
      headers: { authorization: `Bearer ${oldToken}`, accept: vendorType },
      signal: AbortSignal.timeout(timeoutMs),
    });
    await reply.body?.cancel();
    return reply.ok ? null : notTaken(`it answered ${reply.status}`);
  } catch {
    return notTaken('it does not answer');
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's is alive, too.
    return hasCode(error, 'EPERM');
  }
}
