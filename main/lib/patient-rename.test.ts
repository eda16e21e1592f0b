import { describe, expect, it } from 'vitest';
import { patientRename, patientRenameSync } from './patient-rename.ts';

/** A rename that fails `times` times with `code`, and what was waited for. */
function held(times: number, code: string) {
  const log = { calls: 0, waited: 0 };
  const wait = (ms: number): void => {
    log.waited += ms;
  };
  const rename = (): void => {
    log.calls += 1;
    if (log.calls <= times) throw Object.assign(new Error(code), { code });
  };
  return { log, rename, wait };
}

const ways = [
  [
    'in turns',
    async (platform: NodeJS.Platform, { rename, wait }: ReturnType<typeof held>) =>
      patientRename('a', 'b', {
        platform,
        rename: async () => rename(),
        wait: async (ms) => wait(ms),
      }),
  ],
  [
    'at once',
    async (platform: NodeJS.Platform, { rename, wait }: ReturnType<typeof held>) =>
      patientRenameSync('a', 'b', { platform, rename, wait }),
  ],
] as const;

describe.each(ways)('C12 a file that a virus scanner holds, %s', (_name, move) => {
  it.each(['EPERM', 'EACCES', 'EBUSY'])('is renamed on Windows when it is let go (%s)', async (code) => {
    const file = held(3, code);
    await move('win32', file);
    expect(file.log).toEqual({ calls: 4, waited: 80 });
  });

  it('that is never let go fails as the system says, after a bounded time', async () => {
    const file = held(1000, 'EBUSY');
    await expect(move('win32', file)).rejects.toMatchObject({ code: 'EBUSY' });
    expect(file.log.waited).toBeGreaterThanOrEqual(1000);
    expect(file.log.waited).toBeLessThanOrEqual(2100);
  });

  it('any other failure is told at once; so is each on other systems', async () => {
    const missing = held(1, 'ENOENT');
    await expect(move('win32', missing)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(missing.log).toEqual({ calls: 1, waited: 0 });
    const denied = held(1, 'EPERM');
    await expect(move('linux', denied)).rejects.toMatchObject({ code: 'EPERM' });
    expect(denied.log).toEqual({ calls: 1, waited: 0 });
  });
});
