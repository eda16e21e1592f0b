import { describe, expect, it } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { MiB } from '../../shared/units.ts';
import type { EngineMethod } from '../support/fake-calls.ts';
import { type Heart, openHeart, serverId } from '../support/heart.ts';
import { shell } from './checks.ts';

const told = (heart: Heart) => {
  const client = heart.client();
  return () => client.messages.filter((text) => text.includes('esources'));
};
const update = (heart: Heart, cpu_shares: number) =>
  heart.host.servers.updateResources(serverId, { cpu_shares });
const stored = (heart: Heart) => heart.host.servers.get(serverId)?.definition.resources.cpu_shares;
const inForce = (heart: Heart) => heart.container().limits.resources.cpu_shares;

describe('A11 an update of the resources', () => {
  it('of a server that does not run is in its next container', async () => {
    const heart = await openHeart();
    await heart.create();
    const messages = told(heart);
    update(heart, 333);
    await heart.clock.settle();
    expect(messages()).toEqual(['Resources updated for the next start']);
    heart.power('start');
    await heart.reach('running');
    expect([stored(heart), inForce(heart)]).toEqual([333, 333]);
  });

  it.each<EngineMethod>(['create', 'attach', 'start'])(
    'that comes while a start is held up at %s holds for that run',
    async (method) => {
      const heart = await openHeart();
      heart.program(shell);
      await heart.create();
      const messages = told(heart);
      const gate = heart.engine.book.hold(method);
      heart.power('start');
      await gate.reached;
      update(heart, 333);
      await heart.clock.settle();
      gate.release();
      await heart.reach('running');
      expect(messages()).toEqual(['Resources updated']);
      expect([stored(heart), inForce(heart)]).toEqual([333, 333]);
    },
  );

  it('waits for the one under way: they are done in their order, and the last one holds', async () => {
    const heart = await openHeart();
    await heart.createRunning();
    const messages = told(heart);
    const gate = heart.engine.book.hold('update');
    for (let shares = 100; shares < 110; shares += 1) update(heart, shares);
    await gate.reached;
    await heart.clock.run(10_000);
    expect(gate.waiting).toBe(1);
    expect(heart.engine.book.count('update')).toBe(1);
    gate.release();
    await heart.clock.settle();
    expect(heart.engine.book.count('update')).toBe(10);
    expect(messages()).toEqual(Array.from({ length: 10 }, () => 'Resources updated'));
    expect([stored(heart), inForce(heart)]).toEqual([109, 109]);
  });

  it('beyond sixteen that wait is refused', async () => {
    const heart = await openHeart();
    await heart.createRunning();
    const gate = heart.engine.book.hold('update');
    for (let shares = 100; shares < 116; shares += 1) update(heart, shares);
    expect(() => update(heart, 200)).toThrow(LightdeckError);
    gate.release();
    await heart.clock.settle();
    expect([stored(heart), inForce(heart)]).toEqual([115, 115]);
  });

  it('I1 is over for who waits for it only with the engine’s answer: refused, it says why', async () => {
    const heart = await openHeart();
    await heart.createRunning();
    heart.engine.book.fail('update', new LightdeckError('engine_refused', 'no such processors'));
    const gate = heart.engine.book.hold('update');
    const ends: unknown[] = [];
    const note = (done: Promise<unknown>) =>
      void done.then(
        (end) => ends.push(end),
        (error: unknown) => ends.push(error),
      );
    note(update(heart, 77));
    note(update(heart, 88));
    await gate.reached;
    expect(ends).toEqual([]);
    gate.release();
    await heart.clock.settle();
    expect(ends).toEqual([expect.objectContaining({ code: 'engine_refused' }), 'Resources updated']);
  });

  it('I1 to less memory than is used is a mistake of that field; of a server at rest it is for the next start', async () => {
    const heart = await openHeart();
    await heart.createRunning({ limits: { memory: 256 * MiB, cpu: null } });
    // The fake engine's containers use 1 MiB.
    const memory = MiB / 2;
    const refused = heart.host.servers.updateResources(serverId, { memory });
    await heart.clock.settle();
    await expect(refused).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/^memory: /),
    });
    heart.power('stop');
    await heart.reachRest();
    const kept = heart.host.servers.updateResources(serverId, { memory });
    await heart.clock.settle();
    await expect(kept).resolves.toBe('Resources updated for the next start');
  });

  it('that the engine refuses is told with its words and changes nothing; the next one is done', async () => {
    const heart = await openHeart();
    await heart.createRunning();
    const messages = told(heart);
    heart.engine.book.fail('update', new LightdeckError('engine_refused', 'no such processors'));
    update(heart, 77);
    update(heart, 88);
    await heart.clock.settle();
    expect(messages()).toEqual([
      'Error: the resources were not changed: no such processors',
      'Resources updated',
    ]);
    expect([stored(heart), inForce(heart)]).toEqual([88, 88]);
  });
});
