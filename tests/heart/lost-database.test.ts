import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import { expectUsable, shell, type } from './checks.ts';

/** The host ends, its database goes, and it starts again. */
async function loseDatabase(heart: Heart, how: 'in order' | 'killed' = 'in order'): Promise<void> {
  const lose = (dataDir: string) => (): void => {
    for (const end of ['', '-wal', '-shm']) rmSync(join(dataDir, `lightdeck.db${end}`), { force: true });
  };
  if (how === 'killed') await heart.killHost();
  await heart.restartHost(lose(heart.host.dataDir));
}

const unknown = async (heart: Heart) => (await heart.host.unknown.list()).servers;
const adopt = (heart: Heart, ...servers: string[]) => heart.host.unknown.adopt({ servers, volumes: [] });
const copyOf = (heart: Heart, id = 's1'): string => join(heart.host.dataDir, 'servers', `${id}.json`);

describe('A18, G7 a database that is lost', () => {
  it.each(['in order', 'killed'] as const)(
    'with a server that runs: it is told, taken up again as it runs, and its console has each line once (%s)',
    async (how) => {
      const heart = await openHeart();
      heart.program(shell);
      const definition = { environment: { SECRET: 'x' }, ports: [port(25565)], start_pattern: 'ready' };
      heart.host.store.store.ports.add({ ...key(25565), used_by: null, reserved: false });
      await heart.createRunning(definition);
      type(heart, 'before');
      await heart.clock.run(1_000);
      const { id } = heart.container();
      const before = heart.host.servers.get('s1')?.definition;
      await loseDatabase(heart, how);
      expect(heart.state()).toBeNull();
      expect(await unknown(heart)).toEqual([
        expect.objectContaining({ internal_id: 's1', running: true, container_id: id, adoptable: true }),
      ]);
      expect(await adopt(heart, 's1')).toEqual({ servers: ['s1'], volumes: [], problems: [] });
      await heart.reach('running');
      expect(heart.container().id).toBe(id);
      expect(heart.host.servers.get('s1')?.definition).toEqual(before);
      expect(heart.host.store.store.ports.heldBy('s1')).toHaveLength(1);
      type(heart, 'after');
      await heart.clock.run(1_000);
      expect(await heart.history()).toBe('ready\n> before\n> after\n');
      expect(await unknown(heart)).toEqual([]);
      await expectUsable(heart);
    },
  );

  it('with one that has stopped, and one that was never started: both come as they were', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    heart.power('stop');
    await heart.reach('exit');
    await heart.create({}, 's2');
    await loseDatabase(heart);
    expect((await unknown(heart)).map(({ internal_id, running }) => [internal_id, running])).toEqual([
      ['s1', false],
      ['s2', false],
    ]);
    expect((await adopt(heart, 's1', 's2')).servers).toEqual(['s1', 's2']);
    await heart.reach('exit', 's1');
    await heart.reach('installed', 's2');
    await heart.restartHost();
    await expectUsable(heart, 's1');
    await expectUsable(heart, 's2');
  });

  it('with one whose last lines nobody had read: they are in its history', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    const { dataDir } = heart.host;
    await heart.restartHost(async () => {
      for (const end of ['', '-wal', '-shm']) rmSync(join(dataDir, `lightdeck.db${end}`), { force: true });
      await heart.outside.kill('lightd-s1', 'SIGKILL');
    });
    await adopt(heart, 's1');
    await heart.reach('exit');
    expect(await heart.history()).toBe('ready\n');
  });

  it('does not let a new server take the place of one that is there', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    await loseDatabase(heart);
    expect(() => heart.host.servers.create(heart.definition())).toThrow(/\/host\/unknown\/adopt/);
    expect(heart.container().isRunning).toBe(true);
  });

  it('says what is in the way: no copy, no volume, a port of another one, no such server', async () => {
    const heart = await openHeart();
    heart.program(shell);
    heart.host.store.store.ports.add({ ...key(1), used_by: null, reserved: false });
    await heart.createRunning({ ports: [port(1)] });
    for (const id of ['s2', 's3']) {
      heart.program(shell, id);
      await heart.createRunning({}, id);
    }
    const { volume_id } = heart.host.servers.get('s3')?.definition ?? {};
    rmSync(copyOf(heart, 's2'));
    await loseDatabase(heart);
    rmSync(join(heart.host.dataDir, 'volumes', volume_id ?? ''), { recursive: true });
    heart.host.store.store.ports.add({ ...key(1), used_by: null, reserved: true });
    const [, second, third] = await unknown(heart);
    expect([second?.adoptable, second?.problem]).toEqual([false, expect.stringContaining('make a server')]);
    expect([third?.adoptable, third?.problem]).toEqual([false, expect.stringContaining('is gone')]);
    const { servers, problems } = await adopt(heart, 's1', 's2', 's3', 'nobody');
    expect(servers).toEqual([]);
    expect(problems.map(({ id }) => id)).toEqual(['s1', 's2', 's3', 'nobody']);
    expect(problems[0]?.problem).toContain('belongs to another server or is reserved');
    expect(heart.host.servers.list()).toEqual([]);
    heart.host.store.store.ports.reserve(key(1), false);
    expect((await adopt(heart, 's1')).servers).toEqual(['s1']);
    await heart.reach('running');
  });

  it('while no engine answers lists what has a copy, and takes nothing up', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    await loseDatabase(heart);
    await heart.engine.lose();
    expect(await heart.host.unknown.list()).toMatchObject({
      containers: 'unknown',
      servers: [{ internal_id: 's1' }],
    });
    await expect(adopt(heart, 's1')).rejects.toThrow(LightdeckError);
  });

  it('an older one that is put back: what it knows differs from nothing, what came later can be taken up', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.create();
    const { dataDir } = heart.host;
    const path = join(dataDir, 'lightdeck.db');
    let old: Buffer | null = null;
    await heart.restartHost(() => {
      old = readFileSync(path);
    });
    heart.program(shell, 's2');
    await heart.createRunning({}, 's2');
    await heart.restartHost(() => old && writeFileSync(path, old));
    expect((await unknown(heart)).map(({ internal_id }) => internal_id)).toEqual(['s2']);
    await adopt(heart, 's2');
    await heart.reach('running', 's2');
    await expectUsable(heart);
  });
});

describe('the copy of a definition', () => {
  it('is private, follows each change, and goes with its server', async () => {
    const heart = await openHeart();
    await heart.create({ environment: { SECRET: 'x' } });
    expect(statSync(copyOf(heart)).mode & 0o777).toBe(0o600);
    heart.host.servers.change('s1', { name: 'another' });
    expect(readFileSync(copyOf(heart), 'utf8')).toContain('"name":"another"');
    await heart.host.servers.remove('s1');
    expect(() => statSync(copyOf(heart))).toThrow(/ENOENT/);
    await loseDatabase(heart);
    expect(await unknown(heart)).toEqual([]);
  });

  it('that can not be written keeps nobody from anything, and is written later', async () => {
    const heart = await openHeart();
    const folder = join(heart.host.dataDir, 'servers');
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(folder, 'in the way');
    await heart.create();
    expect(heart.host.logged.join('\n')).toContain('the copy of a definition could not be written');
    rmSync(folder);
    await heart.restartHost();
    expect(readFileSync(copyOf(heart), 'utf8')).toContain('"internal_id":"s1"');
  });

  it('that is damaged is no reason for anything but words', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    await loseDatabase(heart);
    writeFileSync(copyOf(heart), '{"definition":');
    expect(await unknown(heart)).toMatchObject([{ internal_id: 's1', running: true, adoptable: false }]);
  });
});

it('C16 a server whose console can be kept nowhere at all leaves neither record, copy nor port', async () => {
  const heart = await openHeart();
  heart.host.store.store.ports.add({ ...key(7), used_by: null, reserved: false });
  const places = ['console', 'console-unreadable'].map((name) => join(heart.host.dataDir, name));
  for (const place of places) {
    rmSync(place, { recursive: true, force: true });
    writeFileSync(place, 'in the way');
  }
  const definition = heart.definition('s1', { ports: [port(7)] });
  heart.host.store.store.ports.claim([key(7)], 's1');
  heart.host.servers.create(definition);
  await heart.clock.run(1_000);
  expect(heart.host.servers.list()).toEqual([]);
  expect(heart.host.store.store.servers.all()).toEqual([]);
  expect(heart.host.store.store.ports.heldBy('s1')).toEqual([]);
  expect(() => statSync(copyOf(heart))).toThrow(/ENOENT/);
  for (const place of places) rmSync(place);
  heart.program(shell);
  await heart.create();
  await expectUsable(heart);
});

function key(number: number) {
  return { ip: '127.0.0.1', port: number, protocol: 'tcp' as const };
}

function port(number: number) {
  return { ip: '127.0.0.1', host_port: number, container_port: number, protocol: 'tcp' as const };
}
