import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { StoreLock, type StoreLockOptions } from './store-lock.ts';

const now = 1_800_000_000_000;

function lockIn(folder = tempDir()): {
  path: string;
  acquire: (more?: Partial<StoreLockOptions>) => Promise<StoreLock>;
} {
  const path = join(folder, 'lock.json');
  return {
    path,
    acquire: (more) => StoreLock.acquire({ path, hostId: 'one', boot: 'boot', now: () => now, ...more }),
  };
}

/** A lock as some other process left it, touched so many ms ago. */
function leave(path: string, owner: object, agoMs: number): void {
  const whole = {
    token: 't',
    host_id: 'one',
    machine: 'there',
    boot: 'boot',
    pid: 7,
    process_start: '',
    since: now,
    ...owner,
  };
  writeFileSync(path, JSON.stringify(whole));
  utimesSync(path, (now - agoMs) / 1000, (now - agoMs) / 1000);
}

const gone = { isAlive: () => false };
const alive = { isAlive: () => true };

describe("a store's lock", () => {
  test('keeps a second one out, in words, until it is given up', async () => {
    const { path, acquire } = lockIn();
    const lock = await acquire();
    await expect(acquire({ hostId: 'two' })).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await lock.release();
    expect(existsSync(path)).toBe(false);
    await (await acquire({ hostId: 'two' })).release();
  });

  test.each([
    ['of a process of this boot that is gone', {}, 0, gone, true],
    ['of one that lives, however long it was not touched', {}, 1e9, alive, false],
    ['of an earlier boot of the same host', { boot: 'before' }, 0, alive, true],
    ['of another host on this machine that is gone, after a minute', { host_id: 'two' }, 61_000, gone, true],
    ['of one in a container, whose number says nothing here', { host_id: 'two' }, 10_000, gone, false],
    ['of another machine that touched it', { host_id: 'two', boot: 'other' }, 14 * 60_000, gone, false],
    ['of another machine that has not for long', { host_id: 'two', boot: 'other' }, 16 * 60_000, alive, true],
  ])('%s', async (_what, owner, agoMs, process, isTaken) => {
    const { path, acquire } = lockIn();
    leave(path, owner, agoMs);
    if (isTaken) await (await acquire(process)).release();
    else {
      await expect(acquire(process)).rejects.toMatchObject({ code: 'busy' });
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ token: 't' });
    }
  });

  test('one that makes no sense is respected, until it is old', async () => {
    const { path, acquire } = lockIn();
    writeFileSync(path, '{"half');
    utimesSync(path, now / 1000, now / 1000);
    await expect(acquire()).rejects.toThrow(/in use by somebody/);
    utimesSync(path, now / 1000 - 901, now / 1000 - 901);
    await (await acquire()).release();
  });

  test('of many who find one that was left, one gets it', async () => {
    const { path, acquire } = lockIn();
    leave(path, {}, 0);
    // Some died over it, too, one while it took over from the other.
    leave(`${path}.t.claim`, { token: 'c' }, 0);
    leave(`${path}.c.claim`, { token: 'd' }, 0);
    // What the winner writes names this very process, which lives.
    const tries = await Promise.allSettled(
      Array.from({ length: 12 }, () => acquire({ isAlive: (pid) => pid === process.pid })),
    );
    expect(readdirSync(dirname(path))).toEqual(['lock.json']);
    const won = tries.filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const one of tries) if (one.status === 'fulfilled') await one.value.release();
  });
});
