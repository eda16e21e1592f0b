import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { silentLog } from '../lib/log.ts';
import { StoreHealth } from '../store/health.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';
import type { Holders, PortPool, PortRequest } from './contract.ts';
import { createPortPool } from './port-pool.ts';

let folder: string;
let store: SqliteStore;
let health: StoreHealth;
let pool: PortPool;
let held: Holders;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightdeck-pool-'));
  store = openSqliteStore({ path: join(folder, 'lightdeck.db'), log: silentLog });
  held = new Map();
  health = new StoreHealth({ now: Date.now, log: silentLog });
  pool = createPortPool({ store, occupancy: { holders: async () => held }, health });
});
afterEach(() => {
  pool.close();
  health.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const add = (ip: string, port: number, protocol: 'tcp' | 'udp' = 'tcp') => pool.add({ ip, port, protocol });
const ask = (host_port: number, more: Partial<PortRequest> = {}): PortRequest => ({
  ip: null,
  host_port,
  container_port: host_port,
  protocol: 'tcp',
  ...more,
});
const refused = 'Invalid port binding: port not in network pool';
const taken = () => store.ports.all().filter((port) => port.used_by !== null).length;

test('adding a port twice is refused, in whatever spelling', () => {
  expect(add('0.0.0.0', 1)).toEqual({
    ip: '0.0.0.0',
    port: 1,
    protocol: 'tcp',
    used_by: null,
    reserved: false,
  });
  expect(() => add('0.0.0.0', 1)).toThrow('Port already exists in pool');
  expect(add('0:0:0:0:0:0:0:1', 1).ip).toBe('::1');
  expect(() => add('::1', 1)).toThrow('Port already exists in pool');
  expect(store.ports.count()).toBe(2);
});

test('A5: a claim gives bindings, and the ports are in use until they are released', () => {
  add('0.0.0.0', 25565);
  add('0.0.0.0', 25565, 'udp');
  expect(pool.claim([ask(25565, { container_port: 80 }), ask(25565, { protocol: 'udp' })], 'a')).toEqual([
    { ip: '0.0.0.0', host_port: 25565, container_port: 80, protocol: 'tcp' },
    { ip: '0.0.0.0', host_port: 25565, container_port: 25565, protocol: 'udp' },
  ]);
  expect(() => pool.claim([ask(25565)], 'b')).toThrow(refused);
  pool.release('a');
  expect(pool.claim([ask(25565)], 'b')).toHaveLength(1);
});

test('A5: one bad port and none is taken', () => {
  add('0.0.0.0', 1);
  store.ports.add({ ip: '0.0.0.0', port: 2, protocol: 'tcp', used_by: null, reserved: true });
  for (const bad of [ask(9), ask(2), ask(1), ask(1, { ip: '127.0.0.1' }), ask(1, { protocol: 'udp' })]) {
    expect(() => pool.claim([ask(1), bad], 'a')).toThrow(refused);
    expect(() => pool.claim([ask(1), bad], 'a')).toThrow(expect.objectContaining({ code: 'invalid' }));
  }
  expect(taken()).toBe(0);
});

test('A5: without an address, all addresses are preferred to one; with one, that very one is taken', () => {
  add('127.0.0.1', 1);
  add('0.0.0.0', 1);
  add('10.0.0.1', 2);
  expect(pool.claim([ask(1), ask(2)], 'a').map((port) => port.ip)).toEqual(['0.0.0.0', '10.0.0.1']);
  pool.release('a');
  expect(pool.claim([ask(1, { ip: '127.0.0.1' })], 'a')[0]?.ip).toBe('127.0.0.1');
});

test('A5: a port on all addresses and the same port on one of them are never both given', () => {
  add('0.0.0.0', 1);
  add('10.0.0.1', 1);
  add('10.0.0.2', 1);
  add('::', 1);
  add('fe80::1', 1);
  pool.claim([ask(1, { ip: '0.0.0.0' })], 'a');
  expect(() => pool.claim([ask(1, { ip: '10.0.0.1' })], 'b')).toThrow(refused);
  expect(pool.claim([ask(1, { ip: 'FE80:0::1' })], 'b')[0]?.ip).toBe('fe80::1');
  expect(() => pool.claim([ask(1)], 'c')).toThrow(refused);
  pool.release('a');
  expect(pool.claim([ask(1, { ip: '10.0.0.1' }), ask(1, { ip: '10.0.0.2' })], 'c')).toHaveLength(2);
  expect(() => pool.claim([ask(1, { ip: '0.0.0.0' })], 'd')).toThrow(refused);
});

test('what a server that does not exist holds is freed, nothing else', () => {
  add('0.0.0.0', 1);
  add('0.0.0.0', 2);
  pool.claim([ask(1)], 'lost');
  pool.claim([ask(2)], 'here');
  pool.releaseOrphans(new Set(['here']));
  expect(store.ports.all().map((port) => port.used_by)).toEqual([null, 'here']);
});

test('a port can be asked about that the pool lacks: who has it, and which is free next', async () => {
  add('0.0.0.0', 7000);
  pool.claim([ask(7000)], 'a');
  add('192.0.2.1', 7001);
  held = new Map([['7001/tcp on 0.0.0.0', 'nginx (pid 812)']]);
  const check = (port: number, more: { ip?: string; server?: string } = {}) =>
    pool.check({ ip: more.ip ?? '0.0.0.0', port, protocol: 'tcp' }, more.server ?? null);
  expect(await check(7000)).toMatchObject({ inUse: true, used_by: 'a', inPool: true, nextFree: 7002 });
  expect(await check(7001)).toMatchObject({ heldBy: 'nginx (pid 812)', inPool: false, nextFree: 7002 });
  expect(await check(7000, { ip: '192.0.2.1' })).toMatchObject({
    heldBy: 'the server a, as 7000/tcp on 0.0.0.0',
    inPool: false,
    nextFree: 7001,
  });
  expect(await check(7000, { ip: '192.0.2.1', server: 'a' })).toMatchObject({ inUse: false, nextFree: 7000 });
  expect(await check(65_535)).toMatchObject({ inUse: false, nextFree: 65_535 });
  expect(store.ports.count()).toBe(2);
});

test('A5: a server that runs may move from all addresses to one of them: it is itself who has it bound', async () => {
  add('0.0.0.0', 7000);
  add('192.0.2.1', 7000);
  pool.claim([ask(7000)], 'a');
  const own = new Map([['7000/tcp on 192.0.2.1', 'the container lightd-a']]);
  const wanted = [ask(7000, { ip: '192.0.2.1' })];
  expect(pool.reclaim(wanted, 'a', own)).toMatchObject([{ ip: '192.0.2.1', host_port: 7000 }]);
  pool.keepOnly('a', []);
  expect(() => pool.reclaim(wanted, 'a', own)).toThrow('held by the container lightd-a');
});

test('C1 ports that are given back while the store takes no writes are free once it does, and not taken from a new server', () => {
  add('0.0.0.0', 25565);
  add('0.0.0.0', 25566);
  pool.claim([ask(25565)], 'a');
  const release = vi.spyOn(store.ports, 'release').mockImplementation(() => {
    throw new LightdeckError('disk_full', 'The disk is full');
  });
  pool.release('a');
  expect([taken(), health.state.status]).toEqual([1, 'failing']);
  expect(() => pool.claim([ask(25566)], 'a')).toThrow('The disk is full');
  release.mockRestore();
  pool.claim([ask(25566)], 'a');
  health.reportSuccess();
  expect(store.ports.heldBy('a').map(({ port }) => port)).toEqual([25566]);
});
