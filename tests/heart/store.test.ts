import { describe, expect, it } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import type { FaultCode } from '../support/faulty-store.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import { expectTruth, expectUsable, shell, type } from './checks.ts';

/** Asks for something until the host takes it: what can't be written down is refused in words, and nothing has begun. */
async function insist(heart: Heart, act: () => unknown): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      await act();
      return;
    } catch (error) {
      expect(error).toBeInstanceOf(LightdeckError);
      if (tries === 20) heart.host.store.recover();
      await heart.clock.run(1_000);
    }
  }
  throw new Error('It was refused to the end.');
}

/** A whole life: made, started, crashed and restarted, stopped, changed, restarted, killed. The truth is told all the time. */
async function live(heart: Heart): Promise<void> {
  heart.program(shell);
  const definition = heart.definition();
  await insist(heart, () => heart.host.servers.create(definition));
  await heart.reachRest();
  const start = async (): Promise<void> => {
    await insist(heart, () => heart.power('start'));
    await heart.reach('running');
    await expectTruth(heart);
  };
  await start();
  type(heart, 'crash 1');
  await heart.reach('exit');
  await expectTruth(heart);
  await heart.reach('running');
  await insist(heart, () => heart.power('stop'));
  await heart.reach('exit');
  await expectTruth(heart);
  await insist(heart, () => heart.host.servers.change('s1', { name: 'another' }));
  await start();
  await insist(heart, () => heart.power('restart'));
  await heart.reach('running');
  type(heart, 'crash 0');
  await heart.reach('exit');
  await start();
  heart.power('kill');
  await heart.reach('exit');
  await expectTruth(heart);
}

/** At which writes of such a life something fails; a life without faults has as many at least, see the first test. */
const numbers = Array.from({ length: 30 }, (_, index) => index + 1);

/** The number of the life's write, counted from the host's start. */
const nthFromHere = (heart: Heart, nth: number): number => heart.host.store.writes.length + nth;

describe('G2, B2 a store that fails', () => {
  it('is tried below at nearly every write that such a life has', async () => {
    const heart = await openHeart();
    const before = heart.host.store.writes.length;
    await live(heart);
    const count = heart.host.store.writes.length - before;
    expect(count).toBeGreaterThanOrEqual(numbers.length);
    expect(count).toBeLessThanOrEqual(numbers.length + 10);
  });

  it.each(numbers)('only at write %i: the life goes on, and the next host knows its end', async (nth) => {
    const heart = await openHeart();
    heart.host.store.failOnly(nthFromHere(heart, nth));
    await live(heart);
    expect(heart.host.store.failed).toHaveLength(1);
    await heart.clock.run(60_000);
    await heart.restartHost();
    expect(heart.state()).toBe('exit');
    expect(heart.host.servers.get('s1')?.definition.name).toBe('another');
    await expectUsable(heart);
  });

  it.each(numbers)('from write %i on, then well again: nothing is stuck, nothing is lost', async (nth) => {
    const heart = await openHeart();
    const code: FaultCode = nth % 2 === 0 ? 'SQLITE_FULL' : 'SQLITE_IOERR_WRITE';
    heart.host.store.failFrom(nthFromHere(heart, nth), code);
    await live(heart);
    heart.host.store.recover();
    await heart.clock.run(120_000);
    await heart.restartHost();
    expect(heart.state()).toBe('exit');
    await expectUsable(heart);
  });

  it('is told once by a server that can not be saved, and once when it can again', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    const client = heart.client();
    await heart.clock.settle();
    heart.host.store.failFrom();
    for (const code of [1, 1, 0]) {
      type(heart, `crash ${code}`);
      await heart.reach('exit');
      if (code === 1) await heart.reach('running');
    }
    const about = (words: RegExp): string[] => client.messages.filter((message) => words.test(message));
    expect(about(/can't be saved/)).toHaveLength(1);
    expect(about(/saved again/)).toEqual([]);
    heart.host.store.recover();
    await heart.clock.run(120_000);
    expect(about(/can't be saved/)).toHaveLength(1);
    expect(about(/saved again/)).toHaveLength(1);
  });

  it('refuses what somebody asks for, in words, and nothing of it has happened', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    heart.host.store.failFrom();
    const { servers } = heart.host;
    expect(() => servers.create(heart.definition('s2'))).toThrow(LightdeckError);
    expect(() => servers.change('s1', { name: 'another' })).toThrow(LightdeckError);
    expect(servers.get('s2')).toBeNull();
    expect(servers.get('s1')?.definition.name).toBe('s1');
    expect(heart.state()).toBe('running');
    heart.host.store.recover();
    await heart.create({}, 's2');
  });

  it('does not keep a server from being deleted; the next host does not bring it back', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    heart.host.store.failFrom();
    await heart.host.servers.remove('s1');
    expect(heart.host.servers.get('s1')).toBeNull();
    expect(heart.engine.find('lightd-s1')).toBeNull();
    heart.host.store.recover();
    await heart.clock.run(60_000);
    await heart.restartHost();
    expect(heart.host.servers.list()).toEqual([]);
  });

  it('takes clients in, shows them the state and takes their commands', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    heart.host.store.failFrom();
    const client = heart.client();
    client.send({ event: 'send_command', command: 'hello\n' });
    await heart.clock.until(() => client.text.includes('> hello\n'));
    expect(client.states).toEqual(['running']);
    client.send({ event: 'power', action: 'kill' });
    await heart.reach('exit');
    expect(client.states.at(-1)).toBe('exit');
  });
});
