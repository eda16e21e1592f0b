import { expect, test } from 'vitest';
import { whenEnded } from './rehearsal.ts';

const never = new AbortController().signal;

test('A33 how a rehearsal ended is asked when the engine says that it has: its log ends a moment before', async () => {
  const looks = [{ running: true }, { running: true }, { running: false, exitCode: 3 }];
  expect(await whenEnded(async () => looks.shift() ?? null, never)).toEqual({ running: false, exitCode: 3 });
  expect(looks).toEqual([]);
  expect(await whenEnded(async () => null, never)).toBeNull();
  const cancel = new AbortController();
  const cancelled = whenEnded(async () => {
    cancel.abort(new Error('nobody wants it'));
    return { running: true };
  }, cancel.signal);
  await expect(cancelled).rejects.toThrow('nobody wants it');
});
