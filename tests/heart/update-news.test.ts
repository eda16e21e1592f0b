import { expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../main/lib/log.ts';
import { updatesFeature } from '../../main/updates/updates-feature.ts';
import { untilSignal } from '../support/fake-process.ts';
import { openHeart } from '../support/heart.ts';

const image = 'registry.example/game:latest';
const version = (digit: string) => ({
  id: `sha256:${digit.repeat(64)}`,
  digest: `registry.example/game@sha256:${digit.repeat(64)}`,
});

it('U1 H4: an install, which brings the newest image, is told to whoever shows that there is a newer one', async () => {
  const heart = await openHeart();
  const { host, clock } = heart;
  heart.engine.images.publish(image, version('a'));
  heart.program(untilSignal);
  await heart.create({ image });
  const told: (string | null)[] = [];
  host.news.on(({ event }) => {
    if (event.event === 'changed' && event.topic === 'updates') told.push(event.internal_id);
  });
  const feature = updatesFeature({
    store: host.store.store,
    servers: host.servers,
    monitor: host.monitor,
    operations: host.operations,
    news: host.news,
    backups: {
      restorePoint: () => Promise.reject(new Error('nobody asks for it')),
      restore: () => {
        throw new Error('nobody asks for it');
      },
    },
    now: clock.now,
    log: silentLog,
  });
  onTestFinished(() => feature.close?.());
  heart.engine.images.publish(image, version('b'));
  host.servers.reinstall('s1', { updated_at: 1 }, 'test');
  await clock.run(2000);
  expect(host.servers.get('s1')).toMatchObject({ state: 'installed', image_version: version('b').digest });
  // To those who see this server, also with a token of some alone: not about the host.
  expect(told).toEqual(['s1']);
});
