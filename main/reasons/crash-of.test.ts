import { describe, expect, it } from 'vitest';
import type { RunEnd } from '../servers/machine/end.ts';
import { causeCatalogue } from './causes/catalogue.ts';
import { crashOf, explainedCrash } from './crash-of.ts';
import { causeFinder } from './likely-cause.ts';

const startedAt = 1_000_000;

function engineEnd(parts: Partial<RunEnd> = {}): RunEnd {
  return {
    what: 'run',
    exit: {
      at: startedAt + 60_000,
      code: 137,
      signal: 'SIGKILL',
      oom: false,
      wanted: false,
      reason: 'ended',
    },
    by: 'engine',
    startedAt,
    wasReady: true,
    memoryKilledAt: null,
    fault: null,
    after: { next: 'nothing' },
    isCorrection: false,
    ...parts,
  };
}

/** The cause that is told of an end by the engine when the machine booted at that moment. */
function causeWithBoot(at: number, end = engineEnd()): string | undefined {
  const host = [{ at, kind: 'boot' as const, text: 'This machine was started' }];
  const crash = crashOf(end, { id: 'one', server: 'mc' });
  const findCause = causeFinder(causeCatalogue);
  return explainedCrash(crash, { end, lines: [], isFull: false, host, findCause }).cause?.id;
}

describe('K1 an end together with the engine', () => {
  it('comes of a boot of the machine only if that was under it', () => {
    expect(causeWithBoot(startedAt + 70_000)).toBe('machine_booted');
    expect(causeWithBoot(startedAt - 1000)).toBe('engine_away');
  });

  it('comes of the boot, too, where nobody knows when it was started', () => {
    expect(causeWithBoot(startedAt, engineEnd({ startedAt: null }))).toBe('machine_booted');
  });
});
