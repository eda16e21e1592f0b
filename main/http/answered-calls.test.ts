import { describe, expect, it } from 'vitest';
import { AnsweredCalls, type KeyedCall } from './answered-calls.ts';

const key = '0123456789abcdef';

/** A host that has run for a minute, unless `aged` says otherwise, on a clock of its own. */
function setUp(aged = 60_000) {
  const clock = { time: 1_000_000 };
  const calls = new AnsweredCalls(() => clock.time);
  clock.time += aged;
  let done = 0;
  const ask = (more: Partial<KeyedCall> = {}, work: () => Promise<unknown> = async () => ++done) =>
    calls.answer(
      {
        caller: '',
        headers: { 'idempotency-key': key },
        method: 'POST',
        url: '/volumes',
        body: { size: 1 },
        wasGivenUp: () => false,
        ...more,
      },
      work,
    );
  return { clock, ask, done: () => done, startId: calls.startId };
}

describe('A17 a call that comes again', () => {
  it('gets the answer of the first, also while that is under way, and does nothing', async () => {
    const { ask, done } = setUp();
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
    expect(await ask()).toBe(1);
    expect(done()).toBe(1);
  });

  it('gets the failure of the first', async () => {
    const { ask } = setUp();
    await expect(ask({}, () => Promise.reject(new Error('is taken')))).rejects.toThrow('is taken');
    await expect(ask()).rejects.toThrow('is taken');
  });

  it('without a key, with another key or by another token it is another call', async () => {
    const { ask } = setUp();
    expect(await ask()).toBe(1);
    expect(await ask({ headers: {} })).toBe(2);
    expect(await ask({ headers: {} })).toBe(3);
    expect(await ask({ headers: { 'idempotency-key': 'another-key' } })).toBe(4);
    expect(await ask({ caller: 'friend' })).toBe(5);
    expect(await ask({ caller: 'friend' })).toBe(5);
  });

  it.each([[{ body: { size: 2 } }], [{ method: 'DELETE' }], [{ url: '/volumes?x=1' }]])(
    'its key is good for that call alone: %j',
    async (more) => {
      const { ask, done } = setUp();
      await ask();
      await expect(ask(more)).rejects.toThrow('this key was used for another request');
      expect(done()).toBe(1);
    },
  );

  it('a key that is none is refused by its name', async () => {
    const { ask, done } = setUp();
    for (const wrong of ['', 'short', 'x'.repeat(201), 'with a space', 'grüße-und-mehr'])
      await expect(ask({ headers: { 'idempotency-key': wrong } })).rejects.toThrow(
        'idempotency-key: must be',
      );
    expect(done()).toBe(0);
  });

  it('what its client’s going cut short is done anew, once for all who wait', async () => {
    const { ask, done } = setUp();
    let fail = (_: Error): void => {};
    const first = ask({ wasGivenUp: () => true }, () => new Promise((_, reject) => (fail = reject)));
    const others = [ask(), ask()];
    fail(new Error('The client went away'));
    await expect(first).rejects.toThrow('went away');
    expect(await Promise.all(others)).toEqual([1, 1]);
    expect(done()).toBe(1);
  });

  it('what was done although its client went away stays done', async () => {
    const { ask, done } = setUp();
    await ask({ wasGivenUp: () => true });
    expect(await ask()).toBe(1);
    expect(done()).toBe(1);
  });

  it('an answer is kept for a minute, and a bounded number of them', async () => {
    const { ask, clock, done } = setUp();
    await ask();
    clock.time += 59_000;
    expect(await ask()).toBe(1);
    clock.time += 2_000;
    await ask({ headers: { 'idempotency-key': 'drops-old-ones' } });
    expect(await ask()).toBe(3);
    for (let index = 0; index < 2000; index += 1)
      await ask({ headers: { 'idempotency-key': `key-number-${index}` } });
    const before = done();
    await ask({ headers: { 'idempotency-key': 'key-number-0' } });
    expect(done()).toBe(before);
    await ask({ headers: { 'idempotency-key': 'key-number-1999' } });
    expect(done()).toBe(before + 1);
  });

  it('is refused by a host that has just begun and may not be the one that was asked first', async () => {
    const again = { headers: { 'idempotency-key': key, 'idempotency-attempt': '2' } };
    const young = setUp(3_000);
    await expect(young.ask(again)).rejects.toThrow('The host has restarted since');
    expect(young.done()).toBe(0);
    expect(await young.ask()).toBe(1);
    expect(await young.ask(again)).toBe(1);
    expect(await setUp(20_000).ask(again)).toBe(1);
  });

  it('is done by a host that has just begun and is the one that was asked first', async () => {
    const young = setUp(3_000);
    const again = {
      headers: {
        'idempotency-key': key,
        'idempotency-attempt': '2',
        'idempotency-host': young.startId,
      },
    };
    expect(await young.ask(again)).toBe(1);
    await expect(setUp(3_000).ask(again)).rejects.toThrow('The host has restarted since');
  });
});
