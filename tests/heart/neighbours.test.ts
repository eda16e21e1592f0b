import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { type Heart, openHeart, serverId } from '../support/heart.ts';
import { expectTruth, expectUsable, shell } from './checks.ts';

const consoleOf = (heart: Heart, id: string): string => join(heart.host.dataDir, 'console', id);

async function twoServers(): Promise<Heart> {
  const heart = await openHeart();
  for (const id of ['one', 'two']) {
    heart.program(shell, id);
    await heart.create({}, id);
  }
  return heart;
}

describe("one server's trouble is that server's", () => {
  it('C4 a console folder that can not be read keeps neither the host nor its server from working', async () => {
    const heart = await twoServers();
    await heart.restartHost(() => {
      rmSync(consoleOf(heart, 'one'), { recursive: true, force: true });
      mkdirSync(join(heart.host.dataDir, 'console'), { recursive: true });
      writeFileSync(consoleOf(heart, 'one'), 'not a folder');
    });
    expect(heart.host.logged.join('\n')).toContain(consoleOf(heart, 'one'));
    for (const id of ['one', 'two']) await expectUsable(heart, id);
  });

  it('C4 its own console is there again once it can be read, with what was printed meanwhile', async () => {
    const heart = await twoServers();
    heart.power('start', 'one');
    await heart.reach('running', 'one');
    const dir = consoleOf(heart, 'one');
    await heart.restartHost(() => {
      rmSync(dir, { recursive: true, force: true });
      writeFileSync(dir, 'not a folder');
    });
    heart.client('one').send({ event: 'send_command', command: 'meanwhile\n' });
    await heart.clock.run(1_000);
    await heart.restartHost(() => {
      rmSync(dir);
    });
    const client = heart.client('one', 'after=0');
    await heart.clock.run(1_000);
    expect(client.text.match(/> meanwhile/g)).toHaveLength(1);
  });

  it('C11 a console that can not be removed does not keep its server: it is gone, and the id is not taken', async () => {
    const heart = await twoServers();
    // What removals are moved to can't be made.
    const gone = `${join(heart.host.dataDir, 'console')}-gone`;
    writeFileSync(gone, 'not a folder');
    await heart.host.servers.remove('one');
    expect(heart.host.servers.get('one')).toBeNull();
    expect(heart.host.logged.join('\n')).toContain('delete');
    await expectUsable(heart, 'two');
    // Nobody gets the console of the one before.
    mkdirSync(consoleOf(heart, 'one'), { recursive: true });
    expect(() => heart.host.servers.create(heart.definition('one'))).toThrow(/still in/);
    rmSync(gone);
    await heart.create({}, 'one');
    await expectUsable(heart, 'one');
  });

  it('C11 a removal that the engine refuses leaves the server as it was, with what was due', async () => {
    const heart = await openHeart();
    heart.program(({ exit }) => {
      exit(1);
    });
    await heart.create();
    heart.power('start');
    await heart.reach('exit');
    heart.program(shell);
    const gate = heart.engine.book.hold('remove');
    const removal = heart.host.servers.remove(serverId);
    const refused = expect(removal).rejects.toThrow('the disk is on fire');
    await gate.reached;
    gate.fail(new LightdeckError('engine_refused', 'the disk is on fire'));
    await refused;
    // The restart after the crash was due.
    await heart.reach('running');
    await expectUsable(heart);
  });
});

describe('two hosts on one engine, with a server of one name each', () => {
  async function twoHosts(): Promise<{ heart: Heart; other: Heart['host'] }> {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    const other = await heart.openHost();
    await heart.clock.settle();
    return { heart, other };
  }

  it('C10 the one does not adopt, replace or remove what the other made', async () => {
    const { heart, other } = await twoHosts();
    const mine = heart.engine.container(`lightd-${serverId}`).id;
    other.servers.create({ ...heart.definition(), volume_id: other.volume() });
    await heart.clock.run(2_000);
    expect(other.servers.get(serverId)?.state).toBe('installed');
    other.servers.power(serverId, 'start', 'test');
    await heart.clock.run(5_000);
    expect(other.servers.get(serverId)?.state).toBe('exit');
    await other.servers.remove(serverId);
    expect(heart.engine.find(mine)?.isRunning).toBe(true);
    await expectTruth(heart);
    await expectUsable(heart);
  });

  it('C10 the install of the one does not end that of the other', async () => {
    const { heart, other } = await twoHosts();
    heart.power('stop');
    await heart.reach('exit');
    let isOver = false;
    heart.engine.program('install', async ({ sleep, exit }) => {
      await sleep(10_000);
      isOver = true;
      exit(0);
    });
    heart.host.servers.reinstall(serverId, { updated_at: 1, install_script: 'install' }, 'test');
    await heart.clock.run(1_000);
    other.servers.create({ ...heart.definition(), volume_id: other.volume(), install_script: 'install' });
    await heart.clock.run(5_000);
    expect(other.servers.get(serverId)?.install_error).toMatch(/not this host's/);
    await other.servers.remove(serverId);
    await heart.reach('installed');
    expect(isOver).toBe(true);
  });
});

describe('F9, G5 a container that somebody renamed', () => {
  it('is known by its labels after a restart of the host, and no second one is started beside it', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    const { id } = heart.engine.container(`lightd-${serverId}`);
    await heart.outside.rename(id, 'something-else');
    await heart.restartHost();
    expect(heart.state()).toBe('running');
    expect(() => heart.power('start')).toThrow(/running already/);
    heart.power('restart');
    await heart.clock.run(30_000);
    await heart.reach('running');
    expect([...heart.engine.containers.values()].filter(({ isRunning }) => isRunning)).toHaveLength(1);
    expect(heart.engine.find(id)).toBeNull();
  });

  it('goes with its server', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    const { id } = heart.engine.container(`lightd-${serverId}`);
    await heart.outside.rename(id, 'something-else');
    await heart.host.servers.remove(serverId);
    expect(heart.engine.find(id)).toBeNull();
  });
});

describe('a slow registry', () => {
  it('C14 that says nothing: the image that is here is used before half a minute is over', async () => {
    const heart = await openHeart();
    heart.engine.book.hold('pull');
    heart.host.servers.create(heart.definition());
    await heart.clock.run(25_000);
    await heart.reach('installed');
  });

  it('C14 that says nothing, and no image here: the install fails, in words', async () => {
    const heart = await openHeart();
    heart.engine.book.hold('pull');
    heart.host.servers.create({ ...heart.definition(), image: '127.0.0.1:9/none:1' });
    await heart.clock.run(60_000);
    expect(heart.state()).toBe('installing');
    await heart.clock.run(70_000);
    expect(heart.state()).toBe('failed');
    expect(heart.host.servers.get(serverId)?.install_error).toMatch(/said nothing for 120 s/);
  });
});

it('C13 an engine whose clock is wrong: a server that was ready stays so after a restart of the host', async () => {
  const heart = await openHeart();
  heart.engine.clock.offsetMs = 10_000;
  heart.program(async ({ print, sleep, exit }) => {
    print('it is up\n');
    await sleep(3_600_000);
    exit(0);
  });
  await heart.create({ start_pattern: 'it is up' });
  heart.power('start');
  await heart.reach('running');
  await heart.clock.run(1_000);
  // The line is no longer in the engine's log.
  heart.engine.container(`lightd-${serverId}`).log.dropOldest(0);
  await heart.restartHost();
  expect(heart.state()).toBe('running');
});
