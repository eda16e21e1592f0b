import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLog } from '../lib/log.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';
import type { Auth, NewToken } from './contract.ts';
import { everyServer } from './grant.ts';
import { createAuth } from './tokens.ts';

let folder: string;
let store: SqliteStore;
let auth: Auth;
let time: number;
let master: string;
const far = '198.51.100.7';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightdeck-auth-'));
  store = openSqliteStore({ path: join(folder, 'lightdeck.db'), log: silentLog });
  time = 1_900_000_000_000;
  master = 'lightd_0123456789abc';
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  auth = createAuth({ store, masterToken: () => master, now: () => time, log: silentLog });
});
afterEach(() => {
  auth.close();
  vi.useRealTimers();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const make = (more: Partial<NewToken> = {}) =>
  auth.create({ ttlMs: 60_000, removeOnUse: false, label: 'panel', scopes: null, containers: null, ...more });
const reason = (secret: string | null, address = far) => {
  const result = auth.authenticate(secret, address);
  return result.ok ? 'ok' : result.reason;
};
const grant = (secret: string) => {
  const result = auth.authenticate(secret, far);
  if (!result.ok) throw new Error(result.reason);
  return result.grant;
};

describe('A2 tokens', () => {
  test('the master token may everything, never expires, and can be changed at any time', () => {
    expect(grant(master)).toMatchObject({ tokenId: null, expiresAt: null });
    expect(grant(master).may('tokens')).toBe(true);
    expect(grant(master).may('power', 'any')).toBe(true);
    const old = master;
    master = 'lightd_another_master_token';
    expect(reason(old)).toBe('unknown');
    expect(reason(master)).toBe('ok');
  });

  test('a new one has 32 hex digits and is kept as its SHA-256 alone', () => {
    const { secret, stored } = make();
    expect(secret).toMatch(/^lightd_[0-9a-f]{32}$/);
    expect(stored.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(store.tokens.all())).not.toContain(secret.slice(7));
    expect(grant(secret)).toMatchObject({ tokenId: stored.id, label: 'panel', expiresAt: time + 60_000 });
    expect(make().secret).not.toBe(secret);
  });

  test.each([null, ''])('none (%j) is missing', (secret) => {
    expect(reason(secret)).toBe('missing');
  });

  test('near misses are unknown', () => {
    const { secret } = make();
    for (const wrong of [
      `${secret}0`,
      secret.slice(0, -1),
      secret.toUpperCase(),
      ` ${secret}`,
      'lightd_',
      'x'.repeat(100_000),
    ]) {
      expect(reason(wrong)).toBe('unknown');
    }
  });

  test('it expires to the millisecond, is then told as expired, and gone 5 minutes later', () => {
    const { secret } = make();
    time += 59_999;
    expect(reason(secret)).toBe('ok');
    time += 1;
    expect(reason(secret)).toBe('expired');
    expect(auth.list()).toEqual([]);
    time += 60_000;
    vi.advanceTimersByTime(60_000);
    expect(reason(secret)).toBe('expired');
    time += 4 * 60_000;
    vi.advanceTimersByTime(60_000);
    expect(store.tokens.all()).toEqual([]);
    expect(reason(secret)).toBe('unknown');
  });

  test('what expired while the daemon was down is purged at its start', () => {
    make();
    auth.close();
    time += 3_600_000;
    auth = createAuth({ store, masterToken: () => master, now: () => time, log: silentLog });
    expect(store.tokens.all()).toEqual([]);
  });

  test('S2: a single-use token works once; later it is used, then expired', () => {
    const { secret } = make({ removeOnUse: true });
    expect([reason(secret), reason(secret), reason(secret)]).toEqual(['ok', 'used', 'used']);
    time += 60_000;
    expect(reason(secret)).toBe('expired');
  });

  test('S3: revoking is told to listeners, and the token is unknown at once', () => {
    const { secret, stored } = make();
    const told: string[] = [];
    auth.onRevoked(() => {
      throw new Error('a bad listener');
    });
    const dispose = auth.onRevoked((id) => told.push(id));
    expect(auth.revoke('nope')).toBe(false);
    expect(auth.revoke(stored.id)).toBe(true);
    expect(auth.revoke(stored.id)).toBe(false);
    expect(told).toEqual([stored.id]);
    expect(reason(secret)).toBe('unknown');
    dispose();
    auth.revoke(make().stored.id);
    expect(told).toHaveLength(1);
  });

  test('close stops the purge timer', () => {
    expect(vi.getTimerCount()).toBe(1);
    auth.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('scopes', () => {
  test('a token without scopes has all but tokens', () => {
    const { secret } = make();
    expect(grant(secret).may('system')).toBe(true);
    expect(grant(secret).may('power', 'a')).toBe(true);
    expect(grant(secret).may('power', everyServer)).toBe(true);
    expect(grant(secret).may('tokens')).toBe(false);
  });

  test('a token with scopes has these alone, and never tokens', () => {
    const { secret } = make({ scopes: ['power', 'network'] });
    expect(grant(secret).may('power', 'a')).toBe(true);
    expect(grant(secret).may('console.read', 'a')).toBe(false);
    expect(grant(make({ scopes: [] }).secret).may('containers.read')).toBe(false);
    expect(() => make({ scopes: ['tokens'] })).toThrow('scopes: tokens belongs to the master token alone');
  });

  test('a token bound to servers has its scopes for them alone', () => {
    const { secret } = make({ containers: ['a'] });
    expect(grant(secret).may('power', 'a')).toBe(true);
    expect(grant(secret).may('power', 'b')).toBe(false);
    expect(grant(secret).may('power', everyServer)).toBe(false);
    expect(grant(secret).may('containers.read')).toBe(true);
    expect(grant(secret).may('network', 'b')).toBe(true);
  });
});

describe('A3 guesses', () => {
  const guess = (times: number, address = far) =>
    Array.from({ length: times }, (_, i) => reason(`lightd_wrong_${i}`, address));

  test('after 20 in a minute the address is refused, right tokens too, others are not', () => {
    expect(new Set(guess(20))).toEqual(new Set(['unknown']));
    expect(reason('lightd_wrong')).toBe('rate_limited');
    expect(reason(master)).toBe('rate_limited');
    expect(reason(master, `::ffff:${far}`)).toBe('rate_limited');
    expect(reason(master, '198.51.100.8')).toBe('ok');
    time += 60_000;
    expect(reason(master)).toBe('ok');
  });

  test('the minute slides', () => {
    guess(10);
    time += 40_000;
    guess(10);
    expect(reason('lightd_wrong')).toBe('rate_limited');
    time += 20_000;
    guess(10);
    expect(reason('lightd_wrong')).toBe('rate_limited');
  });

  test('expired, used and missing tokens are no guesses', () => {
    const once = make({ removeOnUse: true, ttlMs: 100_000 }).secret;
    const { secret } = make();
    reason(once);
    time += 60_000;
    for (let i = 0; i < 30; i += 1)
      expect([reason(secret), reason(once), reason(null)]).toEqual(['expired', 'used', 'missing']);
    expect(reason(master)).toBe('ok');
  });

  test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])(
    'wrong tokens from %s are refused too, but lock nobody out',
    (address) => {
      guess(20, address);
      expect(reason('lightd_wrong', address)).toBe('rate_limited');
      expect(reason(master, address)).toBe('ok');
      expect(reason(make().secret, address)).toBe('ok');
    },
  );
});
