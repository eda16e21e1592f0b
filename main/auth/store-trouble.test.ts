import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { silentLog } from '../lib/log.ts';
import type { Store } from '../store/contract.ts';
import { StoreHealth } from '../store/health.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';
import type { Auth } from './contract.ts';
import { nobody } from './grant.ts';
import { createAuth } from './tokens.ts';

const lan = '192.0.2.7';
let folder: string;
let store: SqliteStore;
let health: StoreHealth;
let auth: Auth;
let time: number;
let isFull: boolean;
let sessionWrites: number;

/** A write of the real store that fails while `isFull`. */
function write<A extends unknown[], R>(act: (...parts: A) => R): (...parts: A) => R {
  return (...parts) => {
    if (isFull) throw new LightdeckError('disk_full', 'The disk is full: free some space');
    return act(...parts);
  };
}

function troubled(real: Store): Store {
  const { tokens, sessions } = real;
  const put = write(sessions.put);
  return {
    ...real,
    tokens: {
      ...tokens,
      add: write(tokens.add),
      consume: write(tokens.consume),
      remove: write(tokens.remove),
      purge: write(tokens.purge),
    },
    sessions: {
      ...sessions,
      put(session) {
        sessionWrites += 1;
        put(session);
      },
      remove: write(sessions.remove),
      purge: write(sessions.purge),
    },
  };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightdeck-auth-'));
  store = openSqliteStore({ path: join(folder, 'lightdeck.db'), log: silentLog });
  isFull = false;
  sessionWrites = 0;
  time = 1_900_000_000_000;
  health = new StoreHealth({ now: () => time, log: silentLog });
  auth = createAuth({
    store: troubled(store),
    masterToken: () => 'master',
    now: () => time,
    log: silentLog,
    health,
  });
});
afterEach(() => {
  auth.close();
  health.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const allRights = { scopes: null, containers: null, ttlMs: null };
const pairedBrowser = (): { id: string; secret: string } => {
  const link = auth.redeem(auth.sessions.pair(allRights).secret, lan, null);
  return auth.sessions.open({ label: 'Firefox', address: lan, by: link.ok ? link.grant : nobody });
};

describe('while the store takes no writes', () => {
  test('C1 a session goes on, from whatever address, and does not try a write at each check', () => {
    const { secret, id } = pairedBrowser();
    isFull = true;
    sessionWrites = 0;
    for (let n = 0; n < 50; n += 1) {
      time += 1000;
      expect(auth.authenticate(secret, `192.0.2.${n}`)).toMatchObject({ ok: true, grant: { tokenId: id } });
    }
    expect(sessionWrites).toBe(1);
    expect(health.state.status).toBe('failing');
    expect(auth.sessions.list()).toMatchObject([{ seen_at: time, address: '192.0.2.49' }]);
    isFull = false;
    health.reportSuccess();
    expect(store.sessions.all()).toMatchObject([{ seen_at: time, address: '192.0.2.49' }]);
  });

  test('C1 a session that is renewed in vain keeps its secret', () => {
    const { secret, id } = pairedBrowser();
    isFull = true;
    expect(() => auth.sessions.renew(id)).toThrow('free some space');
    expect(auth.authenticate(secret, lan).ok).toBe(true);
  });

  test('C1 a pairing link that could not become a session is as good as before', () => {
    const { secret } = auth.sessions.pair(allRights);
    const pair = () => {
      const link = auth.redeem(secret, lan, null);
      return auth.sessions.open({ label: 'Firefox', address: lan, by: link.ok ? link.grant : nobody });
    };
    isFull = true;
    expect(pair).toThrow('free some space');
    expect(pair).toThrow('free some space');
    isFull = false;
    expect(pair().id).toBeTruthy();
    expect(auth.redeem(secret, lan, null)).toEqual({ ok: false, reason: 'unknown' });
  });

  test('A17 C1 with a key it is as good as before, too; then the same client gets the same session again', () => {
    const { secret } = auth.sessions.pair(allRights);
    const pair = (key: string) => {
      const link = auth.redeem(secret, lan, key);
      return auth.sessions.open({ label: 'Firefox', address: lan, by: link.ok ? link.grant : nobody });
    };
    isFull = true;
    expect(() => pair('key one')).toThrow('free some space');
    isFull = false;
    const made = pair('key two');
    expect(pair('key two')).toEqual(made);
    // Who had no luck with it has none later either.
    expect(auth.redeem(secret, lan, null)).toEqual({ ok: false, reason: 'unknown' });
    expect(auth.redeem(secret, lan, 'key one')).toEqual({ ok: false, reason: 'unknown' });
    expect(store.sessions.all()).toHaveLength(1);
  });

  test('C1 S2 a single-use token is refused in words, and still works once when there is room', () => {
    const { secret } = auth.create({
      ttlMs: 60_000,
      removeOnUse: true,
      label: 'once',
      scopes: null,
      containers: null,
    });
    isFull = true;
    expect(() => auth.authenticate(secret, lan)).toThrow(expect.objectContaining({ code: 'disk_full' }));
    isFull = false;
    expect(auth.authenticate(secret, lan).ok).toBe(true);
    expect(auth.authenticate(secret, lan)).toEqual({ ok: false, reason: 'used' });
  });

  test('C1 a token that could not be revoked is told so, and is not half gone', () => {
    const { secret, stored } = auth.create({
      ttlMs: 60_000,
      removeOnUse: false,
      label: 'panel',
      scopes: null,
      containers: null,
    });
    const revoked: string[] = [];
    auth.onRevoked((id) => revoked.push(id));
    isFull = true;
    expect(() => auth.revoke(stored.id)).toThrow('free some space');
    expect([revoked, auth.authenticate(secret, lan).ok]).toEqual([[], true]);
    isFull = false;
    expect([auth.revoke(stored.id), revoked]).toEqual([true, [stored.id]]);
  });
});
