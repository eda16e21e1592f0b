import { expect, it } from 'vitest';
import { MiB } from '../../shared/units.ts';
import { openHeart } from '../support/heart.ts';
import { shell } from './checks.ts';

it('S11 a volume that gets full has its trash emptied first; only what is full all the same is told', async () => {
  const heart = await openHeart();
  heart.program(shell);
  await heart.createRunning();
  const viewer = heart.client('s1');
  const asked: number[] = [];
  let hasTrash = true;
  heart.host.volumes.usage = async () => ({ used: 95 * MiB, available: 5 * MiB });
  heart.host.makeRoom = (_id, bytes) => {
    asked.push(bytes);
    return hasTrash;
  };
  await heart.clock.run(6_000);
  expect(asked).toEqual([10 * MiB]);
  expect(viewer.messages).not.toContain('System out of storage');
  hasTrash = false;
  await heart.clock.run(6_000);
  expect(viewer.messages).toContain('System out of storage');
});
