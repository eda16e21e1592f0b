import { expect, it } from 'vitest';
import { serverSpec } from '../../main/servers/container/spec.ts';
import { type Heart, openHeart } from '../support/heart.ts';

/** A container that somebody else made and started: it says hello, and repeats what is typed into it. */
async function stranger(heart: Heart): Promise<string> {
  const definition = heart.definition('web', { startup_command: 'web' });
  const context = { hostId: '', volumePath: heart.host.dataDir, timeZone: null, hostUser: null };
  heart.engine.program('web', async ({ print, readLine }) => {
    print('hello\n');
    for (;;) print(`heard ${await readLine()}\n`);
  });
  const id = await heart.engine.create({ ...serverSpec(definition, context), name: 'web', internalId: '' });
  await heart.outside.start(id);
  await heart.clock.settle();
  return id;
}

const adopt = (heart: Heart, container: string, id = 'a1') => heart.host.adopted.adopt({ container, id });

it('A40 a container that runs is adopted as it is: its state, its console from the beginning, what is typed into it', async () => {
  const heart = await openHeart();
  const id = await stranger(heart);
  expect(await heart.host.adopted.list()).toMatchObject([{ id, name: 'web', takes_input: true }]);
  expect(await adopt(heart, id)).toContainEqual(expect.stringContaining('backup'));
  await heart.reach('running', 'a1');
  expect(heart.host.servers.get('a1')).toMatchObject({ container_id: id, definition: { name: 'web' } });
  heart.host.servers.sendCommand('a1', 'one\n');
  await heart.clock.settle();
  expect(await heart.history('a1')).toBe('hello\nheard one\n');
  expect(await heart.host.adopted.list()).toEqual([]);
  await expect(adopt(heart, id, 'a2')).rejects.toThrow('adopted already');
  expect(heart.engine.container(id).runs).toBe(1);
});

it('A40 it is let go: it runs on untouched, and can be adopted again', async () => {
  const heart = await openHeart();
  const id = await stranger(heart);
  await adopt(heart, id);
  await heart.reach('running', 'a1');
  const { definition } = heart.host.servers.get('a1') ?? {};
  if (!definition) throw new Error('it is gone');
  await heart.host.adopted.release('a1', definition);
  await heart.clock.settle();
  expect(heart.host.servers.get('a1')).toBeNull();
  expect(heart.engine.container(id)).toMatchObject({ isRunning: true, runs: 1, name: 'web' });
  expect(heart.engine.container(id).attachments.size).toBe(0);
  expect(
    heart.engine.book.calls.filter(({ method }) => ['remove', 'signal', 'start', 'update'].includes(method)),
  ).toEqual([]);
  await adopt(heart, id, 'again');
  await heart.reach('running', 'again');
  expect(await heart.history('again')).toBe('hello\n');
});

it('A40 it is stopped and started in place, by us and by others, and its console stays exact', async () => {
  const heart = await openHeart();
  const id = await stranger(heart);
  await adopt(heart, id);
  await heart.reach('running', 'a1');
  heart.power('stop', 'a1');
  await heart.reach('exit', 'a1');
  heart.power('start', 'a1');
  await heart.reach('running', 'a1');
  expect(heart.engine.container(id).runs).toBe(2);
  await heart.outside.stop(id);
  await heart.reach('exit', 'a1');
  await heart.outside.start(id);
  await heart.reach('running', 'a1');
  await heart.restartHost(() => heart.engine.container(id).spec);
  await heart.reach('running', 'a1');
  expect((await heart.history('a1')).match(/hello/g)).toHaveLength(3);
  expect(heart.engine.containers.size).toBe(1);
});

it('A40 one that is removed elsewhere is told so; what would need another container is refused', async () => {
  const heart = await openHeart();
  const id = await stranger(heart);
  await adopt(heart, id);
  await heart.reach('running', 'a1');
  const { servers } = heart.host;
  expect(() => servers.change('a1', { environment: { A: '1' } })).toThrow('Changing environment');
  expect(() => servers.reinstall('a1', { updated_at: 1 }, 'test')).toThrow('Installing it anew');
  expect(() => servers.updateResources('a1', { memory: 2 ** 30 })).toThrow('Changing what it may use');
  expect(servers.change('a1', { name: 'Web', start_pattern: 'hello' })).toEqual(['start_pattern']);
  await heart.outside.remove(id);
  await heart.reach('exit', 'a1');
  heart.power('start', 'a1');
  await heart.reach('exit', 'a1');
  expect(servers.get('a1')).toMatchObject({ state: 'exit' });
  expect(heart.engine.containers.size).toBe(0);
});
