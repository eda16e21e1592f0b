import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { Looks, systemLooks } from './looks.ts';

test('after a look that a disk was waited for the next ones hold up nobody, for a while', async () => {
  let time = 0;
  let costs = 0;
  const ways: string[] = [];
  const looks = new Looks({
    here() {
      time += costs;
      ways.push('here');
      return undefined;
    },
    async aside() {
      ways.push('aside');
      return undefined;
    },
    now: () => time,
  });
  for (let look = 0; look < 10; look += 1) await looks.at('quick');
  costs = 2600;
  for (let look = 0; look < 1002; look += 1) await looks.at('slow');
  expect(ways.slice(0, 11)).toEqual(Array(11).fill('here'));
  expect(ways.filter((way) => way === 'here')).toHaveLength(12);
  expect(ways[511]).toBe('here');
});

test('both ways see the same', async () => {
  const folder = tempDir();
  writeFileSync(join(folder, 'file'), 'x');
  for (const look of [systemLooks.here, systemLooks.aside]) {
    expect((await look(join(folder, 'file')))?.size).toBe(1n);
    expect(await look(join(folder, 'none'))).toBeUndefined();
  }
});
