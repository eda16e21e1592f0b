import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  browserPlace,
  desktopConnection,
  isDesktop,
  pairingSecretIn,
  takeLinkCredential,
} from './credentials.ts';
import { fakePage } from './page.test-helper.ts';

// The page is a fake: Node has neither address bar nor storage.
afterEach(() => vi.unstubAllGlobals());

const host = 'http://192.168.1.5:8070';

describe('a credential behind # is taken out of the address bar and the history', () => {
  it.each([
    ['/#token=lightd_a-b_c', '/', { kind: 'token', secret: 'lightd_a-b_c' }],
    ['/#pair=lightd_abc', '/', { kind: 'pair', secret: 'lightd_abc' }],
    ['/servers/a?tab=files#pair=lightd_abc', '/servers/a?tab=files', { kind: 'pair', secret: 'lightd_abc' }],
    ['/#token=lightd_old&pair=lightd_abc', '/', { kind: 'pair', secret: 'lightd_abc' }],
  ])('%s', (address, left, credential) => {
    const page = fakePage(host + address);
    expect(takeLinkCredential()).toEqual(credential);
    expect(page.address.href).toBe(host + left);
    expect(takeLinkCredential()).toBeNull();
  });

  it('any other part behind # stays', () => {
    const page = fakePage(`${host}/docs#ports`);
    expect(takeLinkCredential()).toBeNull();
    expect(page.address.href).toBe(`${host}/docs#ports`);
  });
});

it.each([
  [' http://192.168.1.5:8070/#pair=lightd_0123456789abc\n', 'lightd_0123456789abc'],
  ['lightd_0123456789abc', null],
  ['http://192.168.1.5:8070/#pair=lightd_short', null],
  ['http://192.168.1.5:8070/#token=lightd_0123456789abc', null],
])('the secret in what was pasted: %j', (text, secret) => {
  expect(pairingSecretIn(text)).toBe(secret);
});

describe('the browser’s place', () => {
  it.each([
    [false, 'sessionStorage', 'localStorage'],
    [true, 'localStorage', 'sessionStorage'],
  ] as const)('for good %s: token and end stand in %s alone', (forGood, place, other) => {
    const page = fakePage(host);
    browserPlace.write('lightd_a', forGood);
    expect(browserPlace.readExpiry()).toBeNull();
    browserPlace.writeExpiry(1234);
    expect(Object.values(page[place].kept)).toEqual(['lightd_a', '1234']);
    expect(page[other].kept).toEqual({});
    expect([browserPlace.read(), browserPlace.readExpiry(), browserPlace.isForGood()]).toEqual([
      'lightd_a',
      1234,
      forGood,
    ]);
    browserPlace.clear();
    expect([page[place].kept, page[other].kept]).toEqual([{}, {}]);
    expect([browserPlace.read(), browserPlace.readExpiry(), browserPlace.isForGood()]).toEqual([
      null,
      null,
      false,
    ]);
  });

  it('an end that is no number is none', () => {
    const page = fakePage(host);
    page.sessionStorage.setItem('lightdeck.expires', 'soon');
    expect(browserPlace.readExpiry()).toBeNull();
  });

  it('in a browser that forbids it nothing fails, and nothing is kept', () => {
    const page = fakePage(host);
    page.sessionStorage.isForbidden = page.localStorage.isForbidden = true;
    browserPlace.write('lightd_a', true);
    browserPlace.write('lightd_a', false);
    browserPlace.writeExpiry(1);
    browserPlace.clear();
    expect([browserPlace.read(), browserPlace.readExpiry(), browserPlace.isForGood()]).toEqual([
      null,
      null,
      false,
    ]);
  });
});

it('the desktop app’s bridge is asked, and its answer is checked', async () => {
  const connection = { url: host, token: 'lightd_master' };
  fakePage('app://page/', { connection: () => Promise.resolve(connection) });
  expect(isDesktop()).toBe(true);
  expect(await desktopConnection()).toEqual(connection);
  fakePage('app://page/', { connection: () => Promise.resolve(JSON.parse('{"url":7}')) });
  await expect(desktopConnection()).rejects.toThrow(/token/);
  fakePage(host);
  expect(isDesktop()).toBe(false);
  expect(await desktopConnection()).toBeNull();
});
