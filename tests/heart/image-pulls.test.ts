import { expect, it } from 'vitest';
import { Images } from '../../main/images/images.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { pulledImageSchema } from '../../shared/http/images.ts';
import type { Operation } from '../../shared/model/operation.ts';
import { type Heart, openHeart, serverId } from '../support/heart.ts';
import { busyboxName } from '../support/images.ts';

const image = 'registry.example/game:1';
const facts = {
  id: `sha256:${'1'.repeat(64)}`,
  ports: [{ port: 80, protocol: 'tcp' as const }],
  volumes: ['/data'],
  healthCheck: 'curl -f localhost',
  entrypoint: ['/entry'],
  command: ['serve'],
  createdAt: 5000,
  size: 77,
};
const told = {
  ...{ ports: facts.ports, volumes: facts.volumes, user: '', working_dir: '', stop_signal: null, size: 77 },
  ...{
    has_health_check: true,
    health_check: 'curl -f localhost',
    entrypoint: ['/entry'],
    command: ['serve'],
  },
  created_at: 5000,
};

async function openImages(): Promise<{ heart: Heart; images: Images }> {
  const heart = await openHeart();
  return { heart, images: new Images(heart.host) };
}

async function ended(heart: Heart, { id }: Operation): Promise<Operation | null> {
  await heart.clock.settle();
  return heart.host.operations.get(id);
}

it('E15 a pull is an operation with progress, at whose end the image can be read', async () => {
  const { heart, images } = await openImages();
  heart.engine.images.publish(image, facts);
  expect(await images.view(image)).toBeNull();
  const operation = images.pull(image, 'me');
  expect(operation).toMatchObject({ kind: 'pull image', container: null, state: 'running' });
  const end = await ended(heart, operation);
  expect(end).toMatchObject({ state: 'done', error: null, progress: { current: 1000, total: 1000 } });
  expect(pulledImageSchema.parse(end?.result)).toEqual({ image: told, note: null });
  expect(await images.view(image)).toEqual(told);
});

it('E15 an image on its way is not brought twice, can be called off, and then be brought', async () => {
  const { heart, images } = await openImages();
  heart.engine.images.publish(image, facts);
  const gate = heart.engine.book.hold('pull', { target: image });
  const operation = images.pull(image, 'me');
  await gate.reached;
  expect(images.pull(image, 'somebody').id).toBe(operation.id);
  heart.host.operations.cancel(operation.id);
  expect(await ended(heart, operation)).toMatchObject({ state: 'cancelled' });
  gate.release();
  expect(await ended(heart, images.pull(image, 'me'))).toMatchObject({ state: 'done' });
  expect(heart.engine.book.count('pull')).toBe(2);
});

it.each([
  [
    'manifest for registry.example/game:1 not found: manifest unknown',
    'registry.example has no image of that name and tag',
  ],
  [
    'denied: requested access to the resource is denied',
    'registry.example has no such image, or it is private',
  ],
  ['dial tcp: lookup registry.example: no such host', 'this machine resolves no names'],
  ['write /var/lib/x: no space left on device', 'the disk of this machine is full. Make room'],
])('E15 a pull that is refused (%s) fails in words', async (says, words) => {
  const { heart, images } = await openImages();
  heart.engine.book.fail('pull', new LightdeckError('engine_refused', says));
  const end = await ended(heart, images.pull(image, 'me'));
  expect(end).toMatchObject({ state: 'failed', result: null });
  expect(end?.error).toContain(`The image ${image} can't be downloaded: `);
  expect(end?.error).toContain(words);
  expect(heart.host.logged).toEqual([]);
});

it('E15 where the registry gives nothing, the image that is here is read, and that is said', async () => {
  const { heart, images } = await openImages();
  heart.engine.images.add(image, facts);
  const end = await ended(heart, images.pull(image, 'me'));
  expect(end?.state).toBe('done');
  const { image: read, note } = pulledImageSchema.parse(end?.result);
  expect(read).toEqual(told);
  expect(note).toContain(
    `The newest image ${image} could not be downloaded: registry.example can't be reached`,
  );
});

it('E15 what is no name of an image, and a pull without an engine, are refused before anything begins', async () => {
  const { heart, images } = await openImages();
  expect(() => images.pull('a/../b', 'me')).toThrow(expect.objectContaining({ code: 'invalid' }));
  await heart.engine.lose();
  await heart.clock.settle();
  expect(() => images.pull(image, 'me')).toThrow(expect.objectContaining({ code: 'engine_unreachable' }));
  expect(heart.host.operations.list()).toEqual([]);
});

it('E15 each image is listed with the servers that run on it, of those that may be seen', async () => {
  const { heart, images } = await openImages();
  heart.engine.images.publish(image, facts);
  await heart.create({ image });
  await heart.create({}, 'other');
  const seen = await images.list(() => true);
  expect(seen).toEqual({
    total: 2,
    images: [
      { id: facts.id, names: [image], size: 77, created_at: 5000, used_by: [serverId] },
      expect.objectContaining({ names: [busyboxName], used_by: ['other'] }),
    ],
  });
  const hidden = await images.list((id) => id !== serverId);
  expect(hidden.images.map(({ used_by }) => used_by)).toEqual([[], ['other']]);
});

it('E15 five hundred images are listed at most, and how many there are is said', async () => {
  const { heart, images } = await openImages();
  for (let i = 1; i <= 600; i += 1) heart.engine.images.add(`made:${i}`, { createdAt: i });
  const { total, images: listed } = await images.list(() => true);
  expect([total, listed.length, listed[0]?.names]).toEqual([601, 500, ['made:600']]);
});
