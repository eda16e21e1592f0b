import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configSchema } from './config-schema.ts';
import { dataPaths } from './data-paths.ts';

const config = (storage: object) =>
  configSchema.parse({ authorization: { token: 'lightd_0123456789abc' }, storage });

test('folders are relative to the data folder, so that it can be moved', () => {
  const paths = dataPaths('/data', config({}));
  expect(paths.volumes).toBe(join('/data', 'storage', 'volumes'));
  expect(paths.store).toBe(join('/data', 'lightdeck.db'));
});

test('absolute folders stay, and the volumes follow the base', () => {
  expect(dataPaths('/data', config({ base_path: '/srv/games' })).volumes).toBe(join('/srv/games', 'volumes'));
  expect(dataPaths('/data', config({ volumes_path: '/vol' }))).toMatchObject({
    base: join('/data', 'storage'),
    volumes: '/vol',
  });
});
