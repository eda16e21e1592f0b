import { describe, expect, it, onTestFinished } from 'vitest';
import { Freezer } from '../../main/backups/freeze.ts';
import { freezeTable } from '../../main/backups/freeze-table.ts';
import { backupMemory } from '../../main/backups/memory.ts';
import { registryConsole } from '../../main/backups/registry-console.ts';
import { backupsSchema } from '../../main/backups/tables.ts';
import { silentLog } from '../../main/lib/log.ts';
import type { Freeze } from '../../shared/model/server.ts';
import { type ProgramContext, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart, serverId } from '../support/heart.ts';

const freeze: Freeze = {
  before: ['save-off', 'save-all flush'],
  wait_for: '^[^<]*Saved the game',
  ask: null,
  timeout: 60,
  after: ['save-on'],
};

/** A game that saves when it is told to, and what it was told. */
function game(heart: Heart, { saysSaved = true, chat = '' } = {}): string[] {
  const told: string[] = [];
  heart.program(async ({ print, readLine, sleep }: ProgramContext) => {
    print('ready\n');
    for (;;) {
      const line = await readLine();
      told.push(line);
      if (line !== 'save-all flush') continue;
      if (chat !== '') print(`${chat}\n`);
      await sleep(2000);
      if (saysSaved) print('[12:00:00 INFO]: Saved the game\n');
    }
  });
  return told;
}

/** As the host builds it. */
function freezerOf(heart: Heart): Freezer {
  const { registry, store } = heart.host;
  const end = new AbortController();
  onTestFinished(() => end.abort());
  return new Freezer({
    console: registryConsole(registry),
    table: freezeTable(store.store.tables(backupsSchema)),
    signal: end.signal,
    log: silentLog,
  });
}

const never = new AbortController().signal;

describe('A32 a server whose files hold still', () => {
  it('is told to save before they are read, is waited for, and goes on after', async () => {
    const heart = await openHeart();
    const told = game(heart, { chat: '<Eve> Saved the game' });
    await heart.createRunning({ freeze });
    let toldThen: string[] | null = null;
    const work = freezerOf(heart).whileHeld(serverId, freeze, never, async () => {
      toldThen = [...told];
      return 'read';
    });
    await heart.clock.run(1000);
    // A player who types the line fools nobody.
    expect(toldThen).toBeNull();
    await heart.clock.run(2000);
    expect(await work).toBe('read');
    await heart.clock.settle();
    expect(toldThen).toEqual(['save-off', 'save-all flush']);
    expect(told).toEqual(['save-off', 'save-all flush', 'save-on']);
  });

  it.each([
    ['reading fails', {}, /disk/],
    ['its line does not come', { saysSaved: false }, /did not say within 60 s/],
  ])('goes on, too, when %s', async (_, options, words) => {
    const heart = await openHeart();
    const told = game(heart, options);
    await heart.createRunning({ freeze });
    const work = freezerOf(heart).whileHeld(serverId, freeze, never, async () => {
      throw new Error('the disk broke');
    });
    const failure = expect(work).rejects.toThrow(words);
    await heart.clock.run(61_000);
    await failure;
    expect(told.at(-1)).toBe('save-on');
  });

  it('goes on when the backup is cancelled while it is waited for', async () => {
    const heart = await openHeart();
    const told = game(heart, { saysSaved: false });
    await heart.createRunning({ freeze });
    const abort = new AbortController();
    const work = freezerOf(heart).whileHeld(serverId, freeze, abort.signal, async () => {});
    const failure = expect(work).rejects.toThrow('cancelled');
    await heart.clock.run(500);
    abort.abort(new Error('cancelled'));
    await failure;
    await heart.clock.run(3000);
    expect(told.at(-1)).toBe('save-on');
  });

  it('is asked again each second where it must be', async () => {
    const heart = await openHeart();
    const told: string[] = [];
    heart.program(async ({ print, readLine }) => {
      for (;;) {
        const line = await readLine();
        told.push(line);
        if (told.filter((one) => one === 'save query').length === 3)
          print('Files are now ready to be copied\n');
      }
    });
    await heart.createRunning();
    const bedrock = {
      ...freeze,
      before: ['save hold'],
      ask: 'save query',
      wait_for: 'now ready',
      after: ['save resume'],
    };
    const work = freezerOf(heart).whileHeld(serverId, bedrock, never, async () => 'read');
    await heart.clock.run(3500);
    expect(await work).toBe('read');
    await heart.clock.settle();
    expect(told).toEqual(['save hold', 'save query', 'save query', 'save query', 'save resume']);
  });

  it('goes on after the host was killed in between, as soon as a new one has joined it', async () => {
    const heart = await openHeart();
    const told = game(heart);
    await heart.createRunning({ freeze });
    void freezerOf(heart)
      .whileHeld(serverId, freeze, never, () => new Promise(() => {}))
      .catch(() => {});
    await heart.clock.run(3000);
    expect(told).not.toContain('save-on');
    await heart.killHost();
    const next = freezerOf(heart);
    const recover = (): void => next.recover((id) => heart.host.servers.get(id)?.state !== 'unknown');
    recover();
    heart.host.servers.onEvent(recover);
    await heart.clock.run(5000);
    expect(told.filter((line) => line === 'save-on')).toHaveLength(1);
    expect(freezeTable(heart.host.store.store.tables(backupsSchema)).all()).toEqual([]);
  });

  it('is left alone when it was started anew since', async () => {
    const heart = await openHeart();
    const told = game(heart);
    await heart.createRunning({ freeze });
    void freezerOf(heart)
      .whileHeld(serverId, freeze, never, () => new Promise(() => {}))
      .catch(() => {});
    await heart.clock.run(3000);
    await heart.killHost(() => heart.outside.kill(heart.container().id, 'SIGKILL'));
    const next = freezerOf(heart);
    heart.host.servers.onEvent(() => next.recover((id) => heart.host.servers.get(id)?.state !== 'unknown'));
    await heart.reach('running');
    await heart.clock.run(5000);
    next.recover(() => true);
    await heart.clock.run(2000);
    expect(told).not.toContain('save-on');
  });
});

describe('A31 a restore that was neither done nor undone', () => {
  const begun = { backup: 'b', restore_point: '20261130t072245-1b2c3d4e', paths: null, start: false };
  const memoryOf = (heart: Heart) => backupMemory(heart.host.store.store.tables(backupsSchema));

  it('keeps its server, and others on its files, from being started, and says what to do', async () => {
    const heart = await openHeart();
    for (const id of [serverId, 'beside', 'other']) heart.program(untilSignal, id);
    await heart.create({ restart_policy: 'no', auto_start: true });
    const { volume_id } = heart.host.servers.get(serverId)?.definition ?? {};
    await heart.create({ restart_policy: 'no', ...(volume_id !== undefined && { volume_id }) }, 'beside');
    await heart.create({ restart_policy: 'no' }, 'other');
    memoryOf(heart).putRestore({ server: serverId, ...begun });
    const client = heart.client(serverId);
    for (const id of [serverId, 'beside', 'other']) heart.power('start', id);
    await heart.reach('running', 'other');
    await heart.clock.run(5000);
    expect([heart.state(serverId), heart.state('beside')]).not.toContain('running');
    expect(client.messages.join()).toMatch(/half of one state.*restore point of 2026-11-30 07:22 UTC/);
    // Nor by a host that starts.
    await heart.restartHost();
    await heart.clock.run(5000);
    expect(heart.state(serverId)).not.toBe('running');
    memoryOf(heart).removeRestore(serverId);
    for (const id of [serverId, 'beside']) {
      heart.power('start', id);
      await heart.reach('running', id);
    }
  });

  it('of a server that is gone since keeps nobody', async () => {
    const heart = await openHeart();
    game(heart);
    memoryOf(heart).putRestore({ server: 'gone', ...begun });
    await heart.createRunning({});
    expect(heart.state(serverId)).toBe('running');
  });
});
