import { expect, test } from 'vitest';
import { FileJobs } from './file-jobs.ts';

function scene() {
  const busy: boolean[] = [];
  const trouble: string[] = [];
  const jobs = new FileJobs({
    onBusy: (isBusy) => busy.push(isBusy),
    onTrouble: (message) => trouble.push(message),
  });
  const shown = (): string[] =>
    jobs.store
      .getState()
      .jobs.map(({ what, steps }) => `${what} ${steps ? `${steps.done}/${steps.total}` : '-'}`);
  return { jobs, busy, trouble, shown };
}

test('jobs are listed while they last, with how far they are; one that fails says why', async () => {
  const { jobs, busy, trouble, shown } = scene();
  let finish = (): void => {};
  const first = jobs.run({ volume: 'v', what: 'Copying' }, async (_, onStep) => {
    onStep(1, 3);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
  });
  const second = jobs.run({ volume: 'v', what: 'Moving' }, async () => {
    throw new Error('It is in the way.');
  });
  expect(shown()).toEqual(['Copying 1/3', 'Moving -']);
  expect(await second).toBe(false);
  expect(trouble).toEqual(['It is in the way.']);
  expect([shown(), busy]).toEqual([['Copying 1/3'], [true]]);
  finish();
  expect(await first).toBe(true);
  expect([shown(), busy]).toEqual([[], [true, false]]);
});

test('one that is cancelled ends without a word, and alone', async () => {
  const { jobs, trouble, shown } = scene();
  const work = (signal: AbortSignal): Promise<void> =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const first = jobs.run({ volume: 'v', what: 'Copying' }, work);
  void jobs.run({ volume: 'v', what: 'Moving' }, work);
  jobs.cancel(jobs.store.getState().jobs[0]?.id ?? 0);
  expect(await first).toBe(false);
  expect([shown(), trouble]).toEqual([['Moving -'], []]);
});
