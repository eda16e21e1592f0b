import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answer, soon, TestHost } from '../../client/test-host.test-helper.ts';
import type { Bridge } from '../../shared/bridge.ts';
import { own } from '../../tests/support/cleanup.ts';
import { browserPlace } from './credentials.ts';
import { fakePage } from './page.test-helper.ts';
import { session } from './session.ts';

// Real hosts; the page around the session is a fake, since Node has none. The session is one for all tests: each leaves it signed out.
afterEach(() => {
  session.signOut();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const paired = { token: 'lightd_session', id: 'id', expires_at: '2100-01-01T00:00:00.000Z' };

/** A page of this host, opened at this address of it. */
async function openPage(
  path = '/',
  answer: Answer = { status: 200, body: paired },
  bridge?: Pick<Bridge, 'connection'>,
) {
  const host = own(await new TestHost().open());
  host.answer = () => answer;
  return { host, page: fakePage(host.url + path, bridge) };
}

const state = () => session.store.getState();
const token = () => session.connection()?.token;

describe('start', () => {
  it('with a pairing link: exchanges its secret, which is gone from the address', async () => {
    const { host, page } = await openPage('/servers/a#pair=lightd_once');
    page.localStorage.setItem('lightdeck.token', 'lightd_old');
    await session.start();
    expect(host.asked.map(({ method, path, headers }) => [method, path, headers.authorization])).toEqual([
      ['POST', '/auth/sessions', 'Bearer lightd_once'],
    ]);
    expect(state()).toEqual({ status: 'signed-in', connection: { url: host.url, token: 'lightd_session' } });
    expect(page.address.href).toBe(`${host.url}/servers/a`);
    expect([browserPlace.read(), browserPlace.isForGood()]).toEqual(['lightd_session', false]);
    expect(browserPlace.readExpiry()).toBe(Date.parse(paired.expires_at));
  });

  it('with a used pairing link: asks for a token, and says why', async () => {
    const { page } = await openPage('/#pair=lightd_once', { status: 401, body: { error: 'No' } });
    await session.start();
    expect(state()).toEqual({ status: 'sign-in', problem: expect.stringMatching(/used already/) });
    expect(page.address.hash).toBe('');
  });

  it('with a token in the link, and none kept: it is the one now, for this tab', async () => {
    const { host, page } = await openPage('/?x=1#token=lightd_linked');
    await session.start();
    expect(token()).toBe('lightd_linked');
    expect(page.address.href).toBe(`${host.url}/?x=1`);
    expect(host.asked).toEqual([]);
    expect([browserPlace.read(), browserPlace.isForGood()]).toEqual(['lightd_linked', false]);
  });

  it('I14 a link that is opened on the sign-in page signs in, and its token leaves the address', async () => {
    const { page } = await openPage('/');
    await session.start();
    expect(state()).toEqual({ status: 'sign-in', problem: null });
    const stop = session.followLinks();
    page.follow('#nothing');
    expect(page.address.hash).toBe('#nothing');
    page.follow('#token=lightd_linked');
    await soon(() => token() === 'lightd_linked', 'the sign-in');
    expect(page.address.hash).toBe('');
    stop();
    expect(page.listeners).toBe(0);
  });

  it('B16 with a token in the link, and another kept: it is tried first, and its user is asked', async () => {
    const { page } = await openPage('/?x=1#token=lightd_linked');
    browserPlace.write('lightd_old', true);
    browserPlace.writeExpiry(1);
    page.confirms.push(true);
    await session.start();
    expect(token()).toBe('lightd_linked');
    expect(page.localStorage.kept).toEqual({});
    expect([browserPlace.read(), browserPlace.readExpiry()]).toEqual(['lightd_linked', null]);
  });

  it.each([
    { why: 'the host refuses it', status: 401, answers: [] },
    { why: 'its user says no', status: 200, answers: [false] },
  ])('B16 with a token in the link, where $why: who was signed in stays so', async ({ status, answers }) => {
    const { page } = await openPage('/#token=lightd_linked', { status, body: { error: 'No' } });
    browserPlace.write('lightd_old', true);
    page.confirms.push(...answers);
    await session.start();
    expect([token(), browserPlace.read(), browserPlace.isForGood()]).toEqual([
      'lightd_old',
      'lightd_old',
      true,
    ]);
    expect(page.address.hash).toBe('');
  });

  it('B16 with a pairing link that is none: who was signed in stays so', async () => {
    await openPage('/#pair=lightd_once', { status: 401, body: { error: 'No' } });
    browserPlace.write('lightd_old', true);
    await session.start();
    expect([token(), browserPlace.isForGood()]).toEqual(['lightd_old', true]);
  });

  it('with a session that is kept: goes on with it, and renews it in time', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    const { host } = await openPage();
    browserPlace.write('lightd_kept', true);
    browserPlace.writeExpiry(Date.now() + 100_000);
    await session.start();
    expect(token()).toBe('lightd_kept');
    expect(host.asked).toEqual([]);
    vi.advanceTimersByTime(80_000);
    await soon(() => token() === 'lightd_session', 'the renewed token');
    expect([browserPlace.read(), browserPlace.isForGood()]).toEqual(['lightd_session', true]);
  });

  it('with nothing: asks for a token', async () => {
    await openPage();
    await session.start();
    expect(state()).toEqual({ status: 'sign-in', problem: null });
    expect(session.connection()).toBeNull();
  });
});

describe('a token that was typed in', () => {
  it.each([
    [{ status: 401, body: { error: 'Token expired' } }, /has expired/],
    [{ status: 401, body: { error: 'Missing or invalid authorization token' } }, /does not know this token/],
    [{ status: 429, body: { error: 'x' } }, /Too many wrong tries/],
  ])('is not taken: %j', async (answer, problem) => {
    await openPage('/', answer);
    expect(await session.tryToken('lightd_typed', true)).toMatch(problem);
    expect(session.connection()).toBeNull();
    expect(browserPlace.read()).toBeNull();
  });

  it('says that the host is not there', async () => {
    const { host } = await openPage();
    host.close();
    expect(await session.tryToken('lightd_typed', true)).toMatch(/can’t be reached/);
    expect(session.connection()).toBeNull();
  });

  it.each([true, false])('signs in, for good: %s', async (forGood) => {
    const { host } = await openPage('/', { status: 200, body: { containers: [] } });
    expect(await session.tryToken('lightd_typed', forGood)).toBeNull();
    expect(host.asked[0]?.headers.authorization).toBe('Bearer lightd_typed');
    expect([token(), browserPlace.read(), browserPlace.isForGood()]).toEqual([
      'lightd_typed',
      'lightd_typed',
      forGood,
    ]);
    session.signOut();
    expect([state(), browserPlace.read()]).toEqual([{ status: 'sign-in', problem: null }, null]);
  });
});

describe('a token that is refused later', () => {
  it('is forgotten, and the sign-in says why', async () => {
    await openPage();
    session.signIn('lightd_a', true);
    session.refused('The host ended it.');
    expect(state()).toEqual({ status: 'sign-in', problem: 'The host ended it.' });
    expect(browserPlace.read()).toBeNull();
  });

  it('gives way to the one that another tab has renewed, whose renewal is planned', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    const { host } = await openPage();
    session.signIn('lightd_a', true);
    browserPlace.write('lightd_theirs', true);
    browserPlace.writeExpiry(Date.now() + 100_000);
    session.refused('The host ended it.');
    expect(token()).toBe('lightd_theirs');
    vi.advanceTimersByTime(80_000);
    await soon(() => token() === 'lightd_session', 'the renewed token');
    expect(host.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer lightd_theirs']);
  });

  it('in the desktop app is asked for again after a moment, once for all that tell of it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let count = 0;
    const connection = () => {
      count += 1;
      return Promise.resolve({ url: 'http://127.0.0.1:8070', token: `lightd_${count}` });
    };
    await openPage('/', { status: 500 }, { connection });
    await session.start();
    expect(token()).toBe('lightd_1');
    session.refused('The host ended it.');
    session.refused('The host ended it.');
    expect(state()).toEqual({ status: 'looking' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(token()).toBe('lightd_2');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(count).toBe(2);
  });
});
