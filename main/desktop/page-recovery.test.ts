import { expect, test } from 'vitest';
import { silentLog } from '../lib/log.ts';
import { diesAgainMs, type PageLike, recoverPage } from './page-recovery.ts';

class FakePage implements PageLike {
  readonly calls: string[] = [];
  die: (reason: string, exitCode: number) => void = () => {};
  hang: () => void = () => {};
  wake: () => void = () => {};

  onGone(listener: (reason: string, exitCode: number) => void): void {
    this.die = listener;
  }
  onStuck(listener: () => void): void {
    this.hang = listener;
  }
  onResponsive(listener: () => void): void {
    this.wake = listener;
  }
  reload(): void {
    this.calls.push('reload');
  }
  /** As Electron, which tells of a kill that was asked for, too. */
  kill(): void {
    this.calls.push('kill');
    this.die('killed', 9);
  }
}

function open(answers: { died?: 'reload' | 'quit'; stuck?: 'wait' | 'reload' | 'quit' } = {}) {
  const page = new FakePage();
  const signals: AbortSignal[] = [];
  const said: object[] = [];
  let now = 0;
  let release = (): void => {};
  recoverPage({
    page,
    askDied: async () => {
      page.calls.push('ask: died');
      return answers.died ?? 'reload';
    },
    askStuck: async (signal) => {
      page.calls.push('ask: stuck');
      signals.push(signal);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return answers.stuck ?? 'wait';
    },
    quit: () => page.calls.push('quit'),
    log: { ...silentLog, error: (details) => said.push(details), warn: (details) => said.push(details) },
    now: () => now,
  });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    page,
    signals,
    said,
    settle,
    answer: async () => {
      release();
      await settle();
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test('a page that dies is loaded again, with a line in the log', () => {
  const { page, said } = open();
  page.die('crashed', 139);
  expect(page.calls).toEqual(['reload']);
  expect(said).toMatchObject([{ reason: 'crashed', exitCode: 139 }]);
});

test.each([
  ['reload', ['reload', 'ask: died', 'reload']],
  ['quit', ['reload', 'ask: died', 'quit']],
] as const)('dies it again within a minute, the user decides: %s', async (died, calls) => {
  const { page, pass, settle } = open({ died });
  page.die('crashed', 139);
  pass(diesAgainMs - 1);
  page.die('oom', 5);
  await settle();
  expect(page.calls).toEqual(calls);
});

test('what dies again much later is loaded without a question', async () => {
  const { page, pass, settle } = open();
  page.die('crashed', 139);
  pass(diesAgainMs);
  page.die('crashed', 139);
  await settle();
  expect(page.calls).toEqual(['reload', 'reload']);
});

test('a page that hangs is asked about once, and the question goes when it answers', async () => {
  const { page, signals, answer } = open({ stuck: 'reload' });
  page.hang();
  page.hang();
  expect(page.calls).toEqual(['ask: stuck']);
  page.wake();
  expect(signals[0]?.aborted).toBe(true);
  await answer();
  expect(page.calls).toEqual(['ask: stuck']);
  page.hang();
  expect(page.calls).toEqual(['ask: stuck', 'ask: stuck']);
});

test('a page that hangs is killed and loaded if the user says so, which counts as no crash', async () => {
  const { page, answer, settle } = open({ stuck: 'reload' });
  page.hang();
  await answer();
  expect(page.calls).toEqual(['ask: stuck', 'kill', 'reload']);
  page.die('crashed', 139);
  await settle();
  expect(page.calls.at(-1)).toBe('reload');
  expect(page.calls).not.toContain('ask: died');
});
