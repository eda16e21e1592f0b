import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, soon, TestHost } from '../../client/test-host.test-helper.ts';
import { own } from '../../tests/support/cleanup.ts';
import type { TokenPlace } from './credentials.ts';
import { exchange, Renewal } from './renewal.ts';

// A real host; the clock stands still, for a session lasts hours.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

const hour = 3_600_000;
/** A place in memory, as `browserPlace` is one in the browser. */
function placeWith(token: string, expiresAt: number | null, forGood = false) {
  const kept: { token: string | null; expiresAt: number | null; forGood: boolean } = {
    token,
    expiresAt,
    forGood,
  };
  /** How often it was asked when the token ends: once a plan, once a failure. */
  const reads = { expiry: 0 };
  const place: TokenPlace = {
    read: () => kept.token,
    write: (token, forGood) => Object.assign(kept, { token, forGood }),
    readExpiry: () => {
      reads.expiry += 1;
      return kept.expiresAt;
    },
    writeExpiry: (at) => {
      kept.expiresAt = at;
    },
    isForGood: () => kept.forGood,
    clear: () => Object.assign(kept, { token: null, expiresAt: null, forGood: false }),
  };
  return { kept, reads, place };
}

const session = (token: string, expiresAt: number): Answer => ({
  status: 200,
  body: { token, id: 'id', expires_at: new Date(expiresAt).toISOString() },
});

async function setUp(answer: () => Answer | Promise<Answer>) {
  const host = own(await new TestHost().open());
  host.answer = answer;
  const renewed: string[] = [];
  const renewal = new Renewal({ url: () => host.url, onRenewed: (token) => renewed.push(token) });
  own({ close: () => renewal.stop() });
  return { host, renewal, renewed };
}

it.each([true, false])(
  'at four fifths of what is left, again and again; kept where it was (for good: %s)',
  async (forGood) => {
    let count = 0;
    const { host, renewal, renewed } = await setUp(() => {
      count += 1;
      return session(`lightd_${count}`, Date.now() + 10 * hour);
    });
    const { kept, place } = placeWith('lightd_0', Date.now() + 10 * hour, forGood);
    renewal.plan('lightd_0', place);
    for (let n = 0; n < 3; n += 1) {
      await quietFor(8 * hour - 1, host);
      vi.advanceTimersByTime(1);
      const end = Date.now() + 10 * hour;
      await soon(() => renewed.length === n + 1, 'the renewal');
      const { method, path, headers } = host.asked[n] ?? expect.fail('It was not asked.');
      expect([method, path, headers.authorization]).toEqual([
        'POST',
        '/auth/sessions/renew',
        `Bearer lightd_${n}`,
      ]);
      expect(kept).toEqual({ token: `lightd_${n + 1}`, expiresAt: end, forGood });
    }
    expect(renewed).toEqual(['lightd_1', 'lightd_2', 'lightd_3']);
  },
);

it('a token without a known end is left alone', async () => {
  const { host, renewal } = await setUp(() => ({ status: 500 }));
  renewal.plan('lightd_0', placeWith('lightd_0', Date.now() + hour).place);
  renewal.plan('lightd_0', placeWith('lightd_0', null).place);
  await quietFor(2 * hour, host);
});

it('what another tab renewed is taken, not renewed again; then it is the one that is planned', async () => {
  const { host, renewal, renewed } = await setUp(() => session('lightd_mine', Date.now() + 10 * hour));
  const { kept, place } = placeWith('lightd_0', Date.now() + 10 * hour);
  renewal.plan('lightd_0', place);
  Object.assign(kept, { token: 'lightd_theirs', expiresAt: Date.now() + 20 * hour });
  vi.advanceTimersByTime(8 * hour);
  expect(renewed).toEqual(['lightd_theirs']);
  expect(host.asked).toEqual([]);
  vi.advanceTimersByTime(12 * hour * 0.8);
  await soon(() => renewed.length === 2, 'the next renewal');
  expect(host.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer lightd_theirs']);
});

it('another tab that signed out has ended it here as well', async () => {
  const { host, renewal, renewed } = await setUp(() => session('lightd_1', Date.now() + hour));
  const { place } = placeWith('lightd_0', Date.now() + 10 * hour);
  renewal.plan('lightd_0', place);
  place.clear();
  await quietFor(20 * hour, host);
  expect(renewed).toEqual([]);
});

it.each([
  ['here, and in with another token', true, 'lightd_other'],
  ['in another tab', false, null],
])('who signs out %s while it is asked for stays so', async (_, isHere, token) => {
  let answer: (answer: Answer) => void = () => {};
  const asked = new Promise<Answer>((resolve) => {
    answer = resolve;
  });
  const { host, renewal, renewed } = await setUp(() => asked);
  const { kept, place } = placeWith('lightd_0', Date.now() + 10 * hour);
  renewal.plan('lightd_0', place);
  vi.advanceTimersByTime(8 * hour);
  await soon(() => host.asked.length === 1, 'the question');
  place.clear();
  if (isHere) renewal.stop();
  if (token !== null) place.write(token, false);
  answer(session('lightd_1', Date.now() + hour));
  await whenReconciled();
  await quietFor(hour, host);
  expect([kept.token, renewed]).toEqual([token, []]);
});

it('a renewal that failed is tried again every 15 s until the end, and no longer', async () => {
  const { host, renewal, renewed } = await setUp(() => ({ status: 503, body: { error: 'Stopping' } }));
  const { kept, reads, place } = placeWith('lightd_0', Date.now() + 200_000);
  renewal.plan('lightd_0', place);
  vi.advanceTimersByTime(160_000);
  for (const tries of [1, 2, 3]) {
    await soon(() => reads.expiry === 1 + tries, `try ${tries} to fail`);
    expect(host.asked).toHaveLength(tries);
    await quietFor(14_999, host);
    vi.advanceTimersByTime(1);
  }
  // 45 s after four fifths of 200: the end has passed, so the fourth was the last.
  await soon(() => reads.expiry === 5, 'the last try to fail');
  await quietFor(hour, host);
  expect([renewed, kept.token]).toEqual([[], 'lightd_0']);
});

it('a host that comes back in time renews', async () => {
  const { host, renewal, renewed } = await setUp(() => ({ status: 200, body: '{"half', cut: true }));
  const { reads, place } = placeWith('lightd_0', Date.now() + 10 * hour);
  renewal.plan('lightd_0', place);
  vi.advanceTimersByTime(8 * hour);
  await soon(() => reads.expiry === 2, 'the try to fail');
  host.answer = () => session('lightd_1', Date.now() + 10 * hour);
  vi.advanceTimersByTime(15_000);
  await soon(() => renewed.length === 1, 'the renewal');
  expect(place.read()).toBe('lightd_1');
});

it('an end that is further away than a timer can wait does not renew at once', async () => {
  const { host, renewal } = await setUp(() => session('lightd_1', Date.now() + hour));
  renewal.plan('lightd_0', placeWith('lightd_0', Date.now() + 100 * 24 * hour).place);
  await quietFor(2 ** 31 - 2, host);
});

describe('a pairing link that does not work says why', () => {
  it.each([
    [{ status: 401, body: { error: 'Missing or invalid authorization token' } }, /used already, is older/],
    [{ status: 429, body: { error: 'x' } }, /Too many wrong tries/],
    [{ status: 409, body: { error: 'There are 1000 sessions already; end some first' } }, /^There are 1000/],
    [{ status: 502, body: '<html>' }, /^The host answered 502\.$/],
    [{ status: 200, body: { token: 7 } }, /^The host answered 200\.$/],
  ])('%j', async (answer, problem) => {
    const { host } = await setUp(() => answer);
    expect(await exchange(host.url, 'lightd_secret')).toEqual({
      ok: false,
      isBroken: false,
      problem: expect.stringMatching(problem),
    });
    expect(host.asked).toHaveLength(1);
  });

  it('without a host', async () => {
    const { host } = await setUp(() => ({ status: 200 }));
    host.close();
    vi.useRealTimers();
    expect(await exchange(host.url, 'lightd_secret')).toEqual({
      ok: false,
      isBroken: true,
      problem: expect.stringMatching(/can’t be reached/),
    });
  });
});

it('A17 a pairing link whose answer was lost is used again, by the same key', async () => {
  const body = { token: 'lightd_session', id: 'id', expires_at: '2100-01-01T00:00:00.000Z' };
  let tries = 0;
  const { host } = await setUp(() => {
    tries += 1;
    return { status: 200, body, cut: tries === 1 };
  });
  vi.useRealTimers();
  expect(await exchange(host.url, 'lightd_once')).toMatchObject({ ok: true, token: 'lightd_session' });
  const keys = host.asked.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toEqual([expect.stringMatching(/^\w{16,}$/), keys[0]]);
});

/** Lets this many milliseconds pass, in which the host must not be asked. */
async function quietFor(ms: number, host: TestHost): Promise<void> {
  const before = host.asked.length;
  vi.advanceTimersByTime(ms);
  await whenReconciled();
  expect(host.asked).toHaveLength(before);
}

/** Long enough for what is under way on this machine’s sockets to be told. */
async function whenReconciled(): Promise<void> {
  for (let n = 0; n < 200; n += 1) await new Promise((resolve) => setImmediate(resolve));
}
