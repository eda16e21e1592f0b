import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Engine } from '../../main/docker/contract.ts';
import { provideContainer } from '../../main/servers/container/provide.ts';
import { docker } from '../support/docker-cli.ts';
import { busyboxName } from '../support/images.ts';
import { has } from '../support/requirements.ts';
import { createOwned, realEngine, testSpec } from './engine-support.ts';

/** The real engine, with a first look from before somebody else's request was done: the moment can't be hit on purpose. */
function withOldLook(engine: Engine) {
  let looks = 0;
  return {
    looks: () => looks,
    inspect: async (id: string) => {
      looks += 1;
      return looks === 1 ? null : engine.inspect(id);
    },
    remove: (id: string) => engine.remove(id),
    create: (spec: Parameters<Engine['create']>[0]) => engine.create(spec),
    imageExists: (image: string) => engine.imageExists(image),
    listNetworks: (hostId: string) => engine.listNetworks(hostId),
  };
}

const noPull = async (): Promise<void> => {
  throw new Error('there was no reason to pull');
};

describe.skipIf(!has('images'))('a container for a start', () => {
  it('is the one that a host before us asked for a moment ago', async () => {
    const real = await realEngine();
    const spec = testSpec('sleep 600');
    const late = await createOwned(real, spec);
    const engine = withOldLook(real);
    const noted: (string | null)[] = [];
    const id = await provideContainer(spec, {
      engine,
      recorded: null,
      owned: () => true,
      pause: async () => {},
      note: (containerId) => noted.push(containerId),
      pullAgain: noPull,
    });
    expect(id).toBe(late);
    expect(engine.looks()).toBe(2);
    expect(noted).toEqual([null, late]);
  });

  it('is not made when the start was called off meanwhile', async () => {
    const real = await realEngine();
    const spec = testSpec('sleep 600');
    await createOwned(real, spec);
    let owned = true;
    const pause = async (): Promise<void> => {
      owned = false;
    };
    const options = {
      engine: withOldLook(real),
      recorded: null,
      owned: () => owned,
      pause,
      note: () => {},
      pullAgain: noPull,
    };
    expect(await provideContainer(spec, options)).toBeNull();
  });

  it('F19 whose image is gone is made once that was brought', async () => {
    const engine = await realEngine();
    const image = `127.0.0.1:9/lightdeck-test/gone-${randomUUID()}:1`;
    const spec = { ...testSpec('sleep 600'), image };
    onTestFinished(async () => {
      await docker('rmi', image).catch(() => '');
    });
    let pulls = 0;
    const pullAgain = async (): Promise<void> => {
      pulls += 1;
      await docker('tag', busyboxName, image);
    };
    const owned = (): boolean => true;
    const pause = async (): Promise<void> => {};
    const options = { engine, recorded: null, owned, pause, note: () => {}, pullAgain };
    const id = await provideContainer(spec, options);
    expect(pulls).toBe(1);
    if (id !== null) await engine.remove(id);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is refused where a foreign one has the name', async () => {
    const real = await realEngine();
    const spec = testSpec('sleep 600');
    await createOwned(real, spec);
    const options = {
      engine: real,
      recorded: null,
      owned: () => true,
      pause: async () => {},
      note: () => {},
      pullAgain: noPull,
    };
    await expect(provideContainer({ ...spec, hostId: 'another' }, options)).rejects.toThrow(
      /remove or rename/,
    );
  });
});
