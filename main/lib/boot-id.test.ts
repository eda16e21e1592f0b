import { describe, expect, it } from 'vitest';
import { currentBoot, isSameBoot } from './boot-id.ts';

const missing = () => {
  throw new Error('ENOENT');
};

describe('auto_start: which boot of the machine it is', () => {
  it("is the kernel's own id where it has one", () => {
    expect(currentBoot({ readFile: () => 'd7f0a1c2\n' })).toBe('d7f0a1c2');
    expect(isSameBoot('d7f0a1c2', 'd7f0a1c2')).toBe(true);
    expect(isSameBoot('d7f0a1c2', 'd7f0a1c3')).toBe(false);
  });

  it('is told from the clock elsewhere, which may be set a little', () => {
    const at = (now: number, seconds: number) =>
      currentBoot({ readFile: missing, now: () => now, uptime: () => seconds });
    const first = at(1_900_000_000_000, 3600);
    expect(first).toBe('at:1899996400000');
    expect(isSameBoot(first, at(1_900_000_030_500, 3630))).toBe(true);
    expect(isSameBoot(first, at(1_900_000_100_000, 3640))).toBe(true);
    expect(isSameBoot(first, at(1_900_003_600_000, 60))).toBe(false);
    expect(isSameBoot(first, 'd7f0a1c2')).toBe(false);
    expect(isSameBoot('at:nonsense', first)).toBe(false);
  });

  it('is the same one each time it is asked on this machine', () => {
    expect(isSameBoot(currentBoot(), currentBoot())).toBe(true);
  });
});
