import { expect, test } from 'vitest';
import { WritableLayers } from './writable-layers.ts';

const on = (Driver: string, system: string) =>
  new WritableLayers(async () => ({ Driver, DriverStatus: [['Backing Filesystem', system]] }));

test('B7 layers are bounded where the engine may be able to, until it says that it is not', async () => {
  expect(await on('overlay2', 'extfs').mayBeBounded()).toBe(false);
  expect(await on('btrfs', 'btrfs').mayBeBounded()).toBe(false);
  const layers = on('overlay2', 'xfs');
  expect(await layers.mayBeBounded()).toBe(true);
  expect(layers.isRefusal(new Error('No such image'))).toBe(false);
  expect(await layers.mayBeBounded()).toBe(true);
  const words = "--storage-opt is supported only for overlay over xfs with 'pquota' mount option";
  expect(layers.isRefusal(new Error(words))).toBe(true);
  expect(await layers.mayBeBounded()).toBe(false);
});

test('B7 an engine that doesn’t say how it keeps layers is asked for nothing', async () => {
  const silent = new WritableLayers(async () => Promise.reject(new Error('no')));
  expect(await silent.mayBeBounded()).toBe(false);
  expect(await new WritableLayers(async () => ({})).mayBeBounded()).toBe(false);
});
