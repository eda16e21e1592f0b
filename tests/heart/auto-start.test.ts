import { describe, expect, it } from 'vitest';
import { type Heart, openHeart } from '../support/heart.ts';
import { shell } from './checks.ts';

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** A server that was brought into this state, with auto_start or without. */
async function serverThatWas(heart: Heart, was: string, auto_start: boolean): Promise<void> {
  heart.program(shell);
  await heart.create({ auto_start, restart_policy: 'no' });
  if (was === 'installed') return;
  heart.power('start');
  await heart.reach('running');
  if (was === 'running') return;
  heart.power('stop');
  await heart.reach('exit');
}

const befores = ['installed', 'stopped', 'running'] as const;

describe('auto_start', () => {
  it.each(befores)('a server that was %s begins with the machine', async (was) => {
    const heart = await openHeart();
    await serverThatWas(heart, was, true);
    await heart.bootMachine();
    await heart.reach('running');
    expect(await heart.history()).toContain('ready');
  });

  it.each(befores)('turned off it leaves one that was %s as the boot found it', async (was) => {
    const heart = await openHeart();
    await serverThatWas(heart, was, false);
    await heart.bootMachine();
    await heart.clock.run(60_000);
    expect(heart.state()).toBe(was === 'installed' ? 'installed' : 'exit');
  });

  it.each(['installed', 'stopped'] as const)(
    'a restart of the host alone does not start one that was %s, also after a boot that did',
    async (was) => {
      const heart = await openHeart();
      await serverThatWas(heart, was, true);
      await heart.killHost();
      await heart.clock.run(60_000);
      expect(heart.state()).toBe(was === 'stopped' ? 'exit' : 'installed');
      await heart.bootMachine();
      await heart.reach('running');
      heart.power('stop');
      await heart.reach('exit');
      await heart.restartHost();
      await heart.clock.run(60_000);
      expect(heart.state()).toBe('exit');
    },
  );

  it('in the order of creation, a few at once; a host killed in the middle goes on with the rest', async () => {
    const heart = await openHeart();
    for (const id of ids) {
      heart.program(shell, id);
      await heart.create({ auto_start: true }, id);
    }
    const gate = heart.engine.book.hold('create');
    await heart.bootMachine();
    await gate.reached;
    await heart.clock.run(60_000);
    const begun = heart.engine.book.calls.filter(({ method }) => method === 'create');
    expect(begun.map(({ target }) => target)).toEqual(ids.slice(0, 4).map((id) => `lightd-${id}`));
    await heart.killHost(() => gate.release());
    for (const id of ids) await heart.reach('running', id);
  });
});
