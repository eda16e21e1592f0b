import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Heart, openHeart } from '../support/heart.ts';
import { expectUsable, shell, type } from './checks.ts';

const how = { by: 'me', keep: true, withVolume: false };
const key = (number: number) => ({ ip: '0.0.0.0', port: number, protocol: 'tcp' as const });
const port = (number: number) => ({
  ip: '0.0.0.0',
  host_port: number,
  container_port: number,
  protocol: 'tcp' as const,
});
const addPorts = (heart: Heart, ...numbers: number[]): void => {
  for (const number of numbers)
    heart.host.store.store.ports.add({ ...key(number), used_by: null, reserved: false });
};
const dayMs = 24 * 3_600_000;

/** A server that has run, with ports, a console and an SFTP login; it runs when it is deleted. */
async function openWithServer(): Promise<Heart> {
  const heart = await openHeart();
  heart.program(shell);
  addPorts(heart, 25565, 25566);
  const definition = { name: 'Mine', environment: { SECRET: 'x' }, ports: [port(25565), port(25566)] };
  await heart.createRunning({ ...definition, start_pattern: 'ready' });
  type(heart, 'before');
  await heart.clock.run(1_000);
  const { store } = heart.host.store;
  store.sftpLogins.put({ server: 's1', username: 'u1', password: 'hash', created_at: 1, updated_at: 1 });
  const measured = {
    measured_ms: 60_000,
    running_ms: 60_000,
    cpu_us: 5,
    cpu_max: 1,
    memory: 1,
    memory_max: 1,
  };
  const more = {
    storage_ms: 0,
    storage: 0,
    storage_max: 0,
    network_rx: 1,
    network_tx: 2,
    block_read: 0,
    block_write: 0,
  };
  const base = {
    at: 1,
    run: null,
    memory: null,
    cpu_us: 0,
    network_rx: 0,
    network_tx: 0,
    block_read: 0,
    block_write: 0,
  };
  store.usage.record(60_000, [{ server: 's1', base, sums: { ...measured, ...more } }]);
  return heart;
}

const consoles = (heart: Heart, folder: string): string[] => {
  const path = join(heart.host.dataDir, folder);
  return existsSync(path) ? readdirSync(path) : [];
};

describe('A25 a deleted server', () => {
  it('comes back as it was: definition, console, usage, ports, SFTP login', async () => {
    const heart = await openWithServer();
    const before = heart.host.servers.get('s1')?.definition;
    const { store } = heart.host.store;
    const meter = store.usage.meter('s1')?.no;
    const kept = await heart.host.deleted.remove('s1', how);
    expect(heart.state()).toBeNull();
    expect(heart.engine.find('lightd-s1')).toBeNull();
    expect(store.ports.heldBy('s1')).toEqual([]);
    expect(store.usage.meter('s1')).toBeNull();
    expect(heart.host.deleted.list()).toMatchObject([{ server: 's1', name: 'Mine', by: 'me' }]);
    store.sftpLogins.remove('s1');
    expect(await heart.host.deleted.undelete('s1', kept?.deletion)).toEqual({
      server: 's1',
      lostPorts: [],
      login: 'restored',
    });
    await heart.reach('exit');
    expect(heart.host.servers.get('s1')?.definition).toEqual(before);
    expect(store.ports.heldBy('s1')).toHaveLength(2);
    expect(store.sftpLogins.get('s1')?.username).toBe('u1');
    expect(store.usage.meter('s1')?.no).toBe(meter);
    expect(await heart.history()).toContain('> before');
    expect(heart.host.deleted.list()).toEqual([]);
    await expectUsable(heart);
  });

  it('is told to who looks at its id, and at all servers', async () => {
    const heart = await openWithServer();
    const all = heart.host.hostClient();
    await heart.host.deleted.remove('s1', how);
    await heart.host.deleted.undelete('s1');
    await heart.reach('exit');
    const events = all.hostEvents.map(({ event }) => event);
    expect(events).toContain('container_removed');
    expect(events.lastIndexOf('container')).toBeGreaterThan(events.indexOf('container_removed'));
  });

  it('over a restart of the host, and a kill right after the deletion', async () => {
    const heart = await openWithServer();
    await heart.host.deleted.remove('s1', how);
    await heart.restartHost();
    await heart.killHost();
    expect(heart.state()).toBeNull();
    await heart.host.deleted.undelete('s1');
    await heart.reach('exit');
    await heart.killHost();
    await heart.reach('exit');
    expect(await heart.history()).toContain('> before');
    await expectUsable(heart);
  });

  it('tells the ports that others have by now, and comes without them', async () => {
    const heart = await openWithServer();
    await heart.host.deleted.remove('s1', how);
    heart.host.store.store.ports.claim([key(25565)], 's2');
    expect((await heart.host.deleted.undelete('s1')).lostPorts).toEqual([key(25565)]);
    await heart.reach('exit');
    expect(heart.host.servers.get('s1')?.definition.ports.map(({ host_port }) => host_port)).toEqual([25566]);
  });

  it('does not come while its id is taken, nor without its files', async () => {
    const heart = await openWithServer();
    const volume = heart.host.servers.get('s1')?.definition.volume_id ?? '';
    await heart.host.deleted.remove('s1', how);
    heart.program(shell);
    await heart.createRunning();
    expect(await heart.history()).toBe('ready\n');
    await expect(heart.host.deleted.undelete('s1')).rejects.toMatchObject({ code: 'conflict' });
    // Both deletions can be had back, one after the other.
    await heart.host.deleted.remove('s1', how);
    expect(heart.host.deleted.list()).toHaveLength(2);
    await heart.host.deleted.undelete('s1');
    await heart.reach('exit');
    expect(await heart.history()).toBe('ready\n');
    await heart.host.deleted.remove('s1', { ...how, keep: false });
    await heart.host.volumes.remove(volume);
    const [first] = heart.host.deleted.list();
    expect(first && heart.host.deleted.problemOf(first)).toMatch(/files of s1 were deleted/);
    await expect(heart.host.deleted.undelete('s1')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('whose login name another server has by now comes without it', async () => {
    const heart = await openWithServer();
    await heart.host.deleted.remove('s1', how);
    const { sftpLogins } = heart.host.store.store;
    sftpLogins.remove('s1');
    sftpLogins.put({ server: 's2', username: 'u1', password: 'hash', created_at: 1, updated_at: 1 });
    expect((await heart.host.deleted.undelete('s1')).login).toBe('taken');
    await heart.reach('exit');
  });

  it('that was being installed can be installed anew', async () => {
    const heart = await openHeart();
    heart.program(shell);
    heart.engine.book.hold('pull');
    heart.host.servers.create(heart.definition());
    await heart.clock.settle();
    await heart.host.deleted.remove('s1', how);
    await heart.host.deleted.undelete('s1');
    await heart.reach('failed');
    expect(heart.host.servers.get('s1')?.install_error).toBe('the install was not finished');
  });

  it('for good at once, by choice or where nothing is kept', async () => {
    const heart = await openWithServer();
    const { store } = heart.host.store;
    expect(await heart.host.deleted.remove('s1', { ...how, keep: false, withVolume: true })).toBeNull();
    expect(store.volumes.all()).toEqual([]);
    heart.host.keepDays = 0;
    heart.program(shell);
    await heart.createRunning();
    expect(await heart.host.deleted.remove('s1', how)).toBeNull();
    expect(heart.host.deleted.list()).toEqual([]);
    expect([...consoles(heart, 'console'), ...consoles(heart, 'console-deleted')]).toEqual([]);
  });

  it('goes when its time is over: its files where that was asked for, else they stay and tell whose they were', async () => {
    const heart = await openWithServer();
    const { store } = heart.host.store;
    await heart.host.deleted.remove('s1', how);
    heart.program(shell, 's2');
    await heart.create({}, 's2');
    const [, second] = store.volumes.all();
    await heart.host.deleted.remove('s2', { ...how, withVolume: true });
    heart.host.keepDays = 60_000 / dayMs;
    await heart.host.deleted.look();
    expect(store.volumes.all()).toHaveLength(2);
    await heart.clock.run(61_000);
    await heart.host.deleted.look();
    expect(store.volumes.all().map(({ id }) => id)).not.toContain(second?.id);
    expect(heart.host.deleted.list()).toMatchObject([{ server: 's1', record: null }]);
    expect(store.usage.meters()).toEqual([]);
    expect(consoles(heart, 'console-deleted')).toEqual([]);
    await expect(heart.host.deleted.undelete('s1')).rejects.toMatchObject({ code: 'not_found' });
    await heart.host.volumes.remove(store.volumes.all()[0]?.id ?? '');
    await heart.host.deleted.look();
    expect(heart.host.deleted.list()).toEqual([]);
  });

  it('never takes files along that another server has by then', async () => {
    const heart = await openWithServer();
    const volume_id = heart.host.servers.get('s1')?.definition.volume_id ?? '';
    const kept = await heart.host.deleted.remove('s1', { ...how, withVolume: true });
    heart.program(shell, 's2');
    await heart.create({ volume_id }, 's2');
    await heart.host.deleted.purge(kept?.deletion ?? '');
    expect(heart.host.volumes.get(volume_id)).not.toBeNull();
  });

  it('on a full disk: neither the deletion nor the way back leaves half of it', async () => {
    const heart = await openWithServer();
    const { store: faulty } = heart.host;
    const before = heart.host.servers.get('s1')?.definition;
    faulty.failFrom();
    expect(await heart.host.deleted.remove('s1', how)).toBeNull();
    expect(heart.state()).toBeNull();
    faulty.recover();
    await heart.clock.run(60_000);
    expect(heart.host.deleted.list()).toHaveLength(1);
    faulty.failFrom();
    await expect(heart.host.deleted.undelete('s1')).rejects.toMatchObject({ code: 'disk_full' });
    faulty.recover();
    expect(heart.state()).toBeNull();
    expect(heart.host.deleted.list()).toHaveLength(1);
    await heart.host.deleted.undelete('s1');
    await heart.reach('exit');
    expect(heart.host.servers.get('s1')?.definition).toEqual(before);
    expect(await heart.history()).toContain('> before');
  });

  it('killed on a full disk before the deletion was written: it is there, with its console', async () => {
    const heart = await openWithServer();
    heart.host.store.failFrom();
    await heart.host.deleted.remove('s1', how);
    await heart.killHost();
    await heart.reach('exit');
    expect(await heart.history()).toContain('> before');
    expect(heart.host.deleted.list()).toEqual([]);
  });
});

it.each([true, false])(
  'A3 right after its creation, before it is set up, it is deleted all the same (kept: %s)',
  async (keep) => {
    const heart = await openHeart();
    heart.host.servers.create(heart.definition('s1'));
    expect(() => heart.host.servers.sendCommand('s1', 'x\n')).toThrow(/still being set up/);
    await heart.host.deleted.remove('s1', { ...how, keep });
    expect(heart.state()).toBeNull();
    expect(heart.host.deleted.list()).toHaveLength(keep ? 1 : 0);
  },
);
