import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { closeCodes } from '../shared/protocol/close-codes.ts';
import { own } from '../tests/support/cleanup.ts';
import { openBrowserSocket } from './open-socket.ts';
import { linkTo, soon, TestHost } from './test-host.test-helper.ts';
import { tokenRefusal } from './token-probe.ts';

beforeAll(() => vi.stubGlobal('WebSocket', WebSocket));
afterAll(() => vi.unstubAllGlobals());

const openHost = async (): Promise<TestHost> => own(await new TestHost().open());

describe('an upgrade that failed', () => {
  it.each([
    [401, /does not accept this token/],
    [403, /containers\.read/],
  ])(
    'with a token that is answered %i by HTTP, too: ends with the reason and asks for another token',
    async (status, reason) => {
      const host = await openHost();
      host.upgrade = status;
      host.answer = ({ path }) => ({ status: path === '/containers' ? status : 404, body: { error: 'No' } });
      const to = own(linkTo(host, { tokenRefusal }));
      to.link.start();
      await to.is('ended');
      expect(to.refusals).toEqual([expect.stringMatching(reason)]);
      expect(to.statuses.at(-1)).toEqual({ status: 'ended', reason: to.refusals[0] });
      expect(host.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer lightd_first']);
      to.link.retryNow();
      to.link.start();
      expect(host.upgrades).toBe(1);
    },
  );

  it.each([
    ['takes the token', 200],
    ['has too much to do', 503],
  ])('while HTTP %s: is tried again', async (_, status) => {
    const host = await openHost();
    host.upgrade = 401;
    host.answer = () => ({ status, body: { containers: [] } });
    const to = own(linkTo(host, { tokenRefusal }));
    to.link.start();
    await to.is('offline');
    host.upgrade = null;
    to.link.retryNow();
    await to.is('online');
    expect(to.refusals).toEqual([]);
  });

  it('at a host that is gone: is tried again, nobody is asked for a token', async () => {
    const host = await openHost();
    host.close();
    const to = own(linkTo(host, { tokenRefusal }));
    to.link.start();
    await to.is('offline');
    expect(to.refusals).toEqual([]);
  });
});

describe('a socket that the host closed', () => {
  it.each([
    ['tokenExpired', /token expired\. Sign in/],
    ['tokenRevoked', /token revoked\. Sign in/],
    ['abuse', /too many bad frames\.$/],
  ] as const)('as %s: ends with the reason, and is not tried again', async (name, reason) => {
    const host = await openHost();
    const to = own(linkTo(host));
    to.link.start();
    await to.is('online');
    host.drop(closeCodes[name].code, closeCodes[name].reason);
    await to.is('ended');
    expect(to.statuses.at(-1)).toEqual({ status: 'ended', reason: expect.stringMatching(reason) });
    expect(to.refusals).toEqual([expect.stringMatching(reason)]);
    to.link.retryNow();
    expect(host.upgrades).toBe(1);
  });

  it.each(['hostStopping', 'sharingEnded', 'tooSlow', 'tooLarge'] as const)(
    'as %s: is opened again',
    async (name) => {
      const host = await openHost();
      const to = own(linkTo(host));
      to.link.start();
      await to.is('online');
      host.drop(closeCodes[name].code, closeCodes[name].reason);
      await to.is('offline');
      to.link.retryNow();
      await to.is('online');
      expect(to.refusals).toEqual([]);
    },
  );
});

describe('a token renewed meanwhile leads to a connection with the new one instead of a sign-in', () => {
  /** A link whose token can be changed. */
  const renewable = (host: TestHost, options: Parameters<typeof linkTo>[1] = {}) => {
    const kept = { token: 'lightd_first' };
    return { kept, ...linkTo(host, { connection: () => ({ url: host.url, ...kept }), ...options }) };
  };
  const tokens = (host: TestHost) => host.queries.map((query) => query.get('token'));

  it('before the old one’s end', async () => {
    const host = await openHost();
    const to = own(renewable(host));
    to.link.start();
    await to.is('online');
    to.kept.token = 'lightd_second';
    host.drop(closeCodes.tokenExpired.code, closeCodes.tokenExpired.reason);
    await to.is('offline');
    to.link.retryNow();
    await to.is('online');
    expect(tokens(host)).toEqual(['lightd_first', 'lightd_second']);
    expect(to.refusals).toEqual([]);
  });

  it('by another tab: the owner finds it when it is told of the end', async () => {
    const host = await openHost();
    const to = own(
      renewable(host, {
        onRefused: () => {
          to.kept.token = 'lightd_second';
        },
      }),
    );
    to.link.start();
    await to.is('online');
    host.drop(closeCodes.tokenExpired.code, closeCodes.tokenExpired.reason);
    await to.is('offline');
    to.link.retryNow();
    await to.is('online');
    expect(tokens(host)).toEqual(['lightd_first', 'lightd_second']);
  });

  it('while it was asked whether the old one is refused', async () => {
    const host = await openHost();
    host.upgrade = 401;
    const to = own(
      renewable(host, {
        tokenRefusal: (connection) => {
          to.kept.token = 'lightd_second';
          return tokenRefusal(connection);
        },
      }),
    );
    host.answer = () => ({ status: 401, body: { error: 'Token expired' } });
    to.link.start();
    await to.is('offline');
    expect(to.refusals).toEqual([]);
    host.upgrade = null;
    to.link.retryNow();
    await to.is('online');
    expect(tokens(host)).toEqual(['lightd_second']);
  });
});

it('where the token can change behind our back, a refusal is no end: it is shown again after a longer wait', async () => {
  const host = await openHost();
  host.upgrade = 401;
  const to = own(linkTo(host, { tokenRefusal: async () => 'No.', refusedRetryMs: 60_000 }));
  to.link.start();
  await to.is('offline');
  expect(to.refusals).toEqual(['No.']);
  expect(to.delays[0]).toBeGreaterThan(59_000);
  host.upgrade = null;
  to.link.retryNow();
  await to.is('online');
  host.drop(closeCodes.tokenRevoked.code, closeCodes.tokenRevoked.reason);
  await to.is('offline');
  expect(to.refusals).toHaveLength(2);
  expect(to.delays[1]).toBeGreaterThan(59_000);
});

it.each(['no connection', 'no socket', 'no answer about the token'])(
  'where there is %s because something throws, it is tried again',
  async (what) => {
    const host = await openHost();
    let fails = true;
    const fail = (): never => {
      throw new Error(what);
    };
    const to = own(
      linkTo(host, {
        ...(what === 'no connection'
          ? { connection: () => (fails ? fail() : { url: host.url, token: 'lightd_first' }) }
          : {}),
        ...(what === 'no socket'
          ? { openSocket: (...all) => (fails ? fail() : openBrowserSocket(...all)) }
          : {}),
        ...(what === 'no answer about the token' ? { tokenRefusal: async () => fail() } : {}),
      }),
    );
    if (what === 'no answer about the token') host.upgrade = 503;
    to.link.start();
    await to.is('offline');
    fails = false;
    host.upgrade = null;
    to.link.retryNow();
    await to.is('online');
    expect(to.refusals).toEqual([]);
  },
);

it('an owner who closes when it is told of the refusal hears nothing more', async () => {
  const host = await openHost();
  const refusals: string[] = [];
  const to = linkTo(host, {
    onRefused: (problem) => {
      refusals.push(problem);
      to.link.close();
    },
  });
  to.link.start();
  await to.is('online');
  host.drop(closeCodes.tokenRevoked.code, closeCodes.tokenRevoked.reason);
  await soon(() => refusals.length === 1, 'the refusal');
  expect(to.statuses.map(({ status }) => status)).toEqual(['connecting', 'online']);
});
