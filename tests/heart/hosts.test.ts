import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Program, printing, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import type { HeartHost } from '../support/heart-host.ts';
import { busyboxName } from '../support/images.ts';
import { serverDefinition } from '../support/server-definition.ts';
import { expectTruth, expectUsable, shell, type } from './checks.ts';

const settled = (heart: Heart): Promise<void> => heart.clock.run(20_000);

function definitionOn(host: HeartHost, more: Parameters<typeof serverDefinition>[1] = {}) {
  return serverDefinition('s1', {
    image: busyboxName,
    volume_id: host.volume(),
    tty: false,
    startup_command: 'other',
    ...more,
  });
}

describe('two hosts on one engine with servers of one id', () => {
  async function twoHosts() {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    const other = await heart.openHost();
    await heart.clock.settle();
    return { heart, other, mine: heart.container().id };
  }

  it('the second one does not start, says why, and the first one runs on', async () => {
    const { heart, other, mine } = await twoHosts();
    other.servers.create(definitionOn(other));
    await settled(heart);
    other.servers.power('s1', 'start', 'test');
    await settled(heart);
    expect(other.servers.get('s1')?.state).not.toBe('running');
    expect(heart.container().id).toBe(mine);
    await expectTruth(heart);
  });

  it("deleting the second one's leaves the first one's alone", async () => {
    const { heart, other, mine } = await twoHosts();
    other.servers.create(definitionOn(other));
    await settled(heart);
    await other.servers.remove('s1');
    expect(heart.container().id).toBe(mine);
    expect(heart.state()).toBe('running');
    await expectTruth(heart);
  });

  it("C10 an install of the second one leaves the first one's install alone", async () => {
    const heart = await openHeart();
    heart.engine.program('slow', untilSignal);
    heart.host.servers.create(heart.definition('s1', { install_script: 'slow' }));
    await heart.clock.run(1_000);
    const { id } = heart.engine.container('lightd-s1-install');
    const other = await heart.openHost();
    await heart.clock.settle();
    other.servers.create(definitionOn(other, { install_script: 'quick' }));
    await settled(heart);
    await other.servers.remove('s1');
    expect(heart.engine.find('lightd-s1-install')?.id).toBe(id);
    expect(heart.state()).toBe('installing');
  });

  it("the end of the one's run is not heard by the other", async () => {
    const { heart, other } = await twoHosts();
    other.servers.create({ ...definitionOn(other), internal_id: 's2' });
    await settled(heart);
    other.servers.power('s2', 'start', 'test');
    await settled(heart);
    type(heart, 'crash 0');
    await heart.reach('exit');
    expect(other.servers.get('s2')?.state).toBe('running');
  });
});

describe('what others do to a container', () => {
  it.each(['pause', 'rename'] as const)(
    '%s from outside, then the host is restarted: it is still known',
    async (what) => {
      const heart = await openHeart();
      heart.program(shell);
      await heart.createRunning();
      const { id } = heart.container();
      if (what === 'pause') await heart.outside.pause(id);
      else await heart.outside.rename(id, 'somebody-likes-this-name');
      await heart.restartHost();
      await heart.clock.run(5_000);
      expect(heart.state()).toBe('running');
      if (what === 'pause') await heart.outside.unpause(id);
      // Until the console is connected: it is tried ever more slowly.
      await heart.clock.run(90_000);
      const client = heart.client();
      client.send({ event: 'send_command', command: 'hello\n' });
      await heart.clock.until(() => client.text.includes('> hello\n'));
    },
  );

  it('started from outside it is running, with its console', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    heart.power('stop');
    await heart.reach('exit');
    await heart.outside.start(heart.container().id);
    await heart.reach('running');
    await expectUsable(heart);
  });

  it('C17 a kill of ours that found nothing does not make a later stop from outside our own', async () => {
    const heart = await openHeart();
    heart.program(({ onSignal }) => {
      onSignal('SIGTERM', () => {});
      return untilSignal();
    });
    await heart.createRunning({ stop: { timeout: 1 } });
    heart.power('stop');
    await heart.reach('exit');
    heart.program(shell);
    heart.power('start');
    await heart.reach('running');
    await heart.outside.stop(heart.container().id);
    await heart.reach('exit');
    expect(heart.host.servers.get('s1')?.last_exit).toMatchObject({ wanted: true, code: 143 });
  });

  it.each(['end', 'run on'] as const)(
    'the engine restarts, its containers %s: what was wanted is so in the end',
    async (containers) => {
      const heart = await openHeart();
      heart.program(shell);
      await heart.createRunning();
      await heart.engine.lose({ containers });
      await heart.clock.run(3_000);
      expect(heart.state()).toBe('unknown');
      await heart.engine.restore({ forgetful: true });
      await settled(heart);
      expect(heart.state()).toBe('running');
      await expectUsable(heart);
    },
  );

  it.each(['stop', 'kill', 'restart'] as const)(
    '%s, and the engine goes away before it has happened',
    async (action) => {
      const heart = await openHeart();
      heart.program(shell);
      await heart.createRunning();
      const gate = heart.engine.book.hold('signal');
      heart.power(action);
      await heart.clock.run(100);
      await heart.engine.lose();
      gate.release();
      await heart.clock.run(3_000);
      await heart.engine.restore();
      await heart.clock.run(60_000);
      expect(heart.state()).toBe(action === 'restart' ? 'running' : 'exit');
      await expectUsable(heart);
    },
  );
});

describe("an engine whose clock is not the host's", () => {
  it.each([-60_000, 10_000, 3_600_000])(
    'C13 by %i ms: what was ready is ready after a restart of the host',
    async (engineAheadMs) => {
      const heart = await openHeart({ engineAheadMs });
      heart.program(printing('Done'));
      await heart.create({ start_pattern: 'Done' });
      heart.power('start');
      await heart.reach('running');
      heart.container().log.dropOldest(0);
      await heart.restartHost();
      await heart.clock.run(60_000);
      expect(heart.state()).toBe('running');
      await expectTruth(heart);
    },
  );
});

describe('a deletion', () => {
  it.each(['installed', 'running', 'crashed', 'stopping'] as const)(
    'of a server that is %s leaves nothing',
    async (phase) => {
      const heart = await openHeart();
      heart.program(shell);
      if (phase === 'installed') await heart.create();
      else await heart.createRunning({ stop: { command: 'nothing', timeout: 60 } });
      if (phase === 'stopping') heart.power('stop');
      if (phase === 'crashed') {
        type(heart, 'crash 1');
        await heart.reach('exit');
      }
      const client = heart.client();
      await heart.host.servers.remove('s1');
      await settled(heart);
      expect(heart.engine.containers.size).toBe(0);
      expect(await heart.engine.listNetworks(heart.host.store.store.hostId)).toEqual([]);
      expect(heart.host.store.store.servers.all()).toEqual([]);
      // Another one of that id begins with an empty console, and the viewer that stayed sees it.
      heart.program(printing('anew'));
      await heart.createRunning();
      await heart.clock.run(1_000);
      expect(await heart.history()).toBe('anew\n');
      expect(client.text.endsWith('anew\n')).toBe(true);
    },
  );

  it('that the engine refuses leaves the server as it was', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    heart.engine.book.fail('remove', new Error('device is busy'));
    await expect(heart.host.servers.remove('s1')).rejects.toThrow('device is busy');
    await expectUsable(heart);
    await heart.host.servers.remove('s1');
    expect(heart.engine.containers.size).toBe(0);
  });
});

describe('F7 a console in another encoding', () => {
  /** Chinese in GBK, and a character that is cut off: not what a decoder of the web makes of it. */
  const line = (index: number): Buffer =>
    Buffer.concat([
      Buffer.from(`${index} `),
      Buffer.from('c4e3bac3cac0bde720e382', 'hex'),
      Buffer.from('\n'),
    ]);

  describe.each([true, false])('with a terminal: %s', (tty) => {
    it.each(['restartHost', 'killHost'] as const)('%s: each line is there once', async (end) => {
      const heart = await openHeart();
      heart.program(async ({ print, sleep }) => {
        for (let index = 0; index < 400; index += 1) {
          print(line(index));
          await sleep(20);
        }
        return untilSignal();
      });
      await heart.createRunning({ tty });
      for (let round = 0; round < 2; round += 1) {
        await heart.clock.run(2_000);
        await heart[end](() => heart.clock.run(500));
      }
      await heart.clock.run(10_000);
      const numbers = (await heart.history()).match(/^\d+(?= )/gm);
      expect(numbers).toEqual(Array.from({ length: 400 }, (_, index) => String(index)));
    });
  });
});

describe("G8 the console history's journal is lost", () => {
  /** As a disk that was put right leaves it, or somebody who clears away what he doesn't know. */
  function loseJournal(heart: Heart): void {
    const dir = join(heart.host.dataDir, 'console');
    const journals = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(
      (name) => basename(name) === 'journal',
    );
    expect(journals).toHaveLength(1);
    for (const name of journals) rmSync(join(dir, name));
  }
  const counting: Program = async ({ print, printError, sleep }) => {
    for (let index = 0; index < 300; index += 1) {
      if (index % 3 === 0) printError(`line ${index}\n`);
      else print(`line ${index}\n`);
      await sleep(20);
    }
    print('more? ');
    return untilSignal();
  };

  it.each([
    { tty: true, ms: 2_000 },
    { tty: false, ms: 2_000 },
    { tty: true, ms: 20_000 },
    { tty: false, ms: 20_000 },
  ])('nothing is doubled, nothing is missing, and it is told ($tty, $ms ms)', async ({ tty, ms }) => {
    const heart = await openHeart();
    heart.program(counting);
    await heart.createRunning({ tty });
    await heart.clock.run(ms);
    const logged = heart.host.logged.length;
    expect(logged).toBe(0);
    await heart.restartHost(async () => {
      loseJournal(heart);
      await heart.clock.run(500);
    });
    await heart.clock.run(10_000);
    const wanted = Array.from({ length: 300 }, (_, index) => `line ${index}\n`).join('');
    expect(await heart.history()).toBe(`${wanted}more? `);
    expect(heart.host.logged.join('\n')).toContain("the console history's journal was lost");
    await heart.restartHost();
    await heart.clock.run(2_000);
    expect(await heart.history()).toBe(`${wanted}more? `);
    expect(heart.host.logged).toEqual([]);
  });

  it('and its container is another one by now: all of that is new', async () => {
    const heart = await openHeart();
    heart.program(printing('one', 'two'));
    await heart.createRunning();
    heart.power('stop');
    await heart.reach('exit');
    await heart.restartHost(() => loseJournal(heart));
    heart.program(printing('three'));
    heart.power('start');
    await heart.reach('running');
    await heart.clock.run(1_000);
    expect(await heart.history()).toBe('one\ntwo\nthree\n');
  });
});
