import { describe, expect, it } from 'vitest';
import { untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';

const image = 'registry.example/game:latest';
const version = (digit: string) => ({
  id: `sha256:${digit.repeat(64)}`,
  digest: `registry.example/game@sha256:${digit.repeat(64)}`,
});
const shown = (heart: Heart) => heart.host.servers.get('s1')?.image_version;

describe('B21 an image whose name stands for another one from day to day', () => {
  it('which one it is is kept from the install on, and by its digest', async () => {
    const heart = await openHeart();
    heart.engine.images.publish(image, version('a'));
    heart.program(untilSignal);
    await heart.create({ image });
    expect(shown(heart)).toBe(version('a').digest);
    await heart.restartHost();
    expect(shown(heart)).toBe(version('a').digest);
  });

  it('a start on another one than the last time says so, once', async () => {
    const heart = await openHeart();
    heart.engine.images.publish(image, version('a'));
    heart.program(untilSignal);
    await heart.createRunning({ image });
    const client = heart.client();
    const moves = () => client.messages.filter((text) => text.includes('is another one than before'));
    // Somebody pulls it, or another server's install does.
    heart.engine.images.add(image, version('b'));
    expect(shown(heart)).toBe(version('a').digest);
    heart.power('restart');
    await heart.reach('running');
    expect(moves()).toEqual([
      `Warning: the image ${image} is another one than before: its name stood for aaaaaaaaaaaa, now for bbbbbbbbbbbb`,
    ]);
    expect(shown(heart)).toBe(version('b').digest);
    heart.power('restart');
    await heart.reach('running');
    expect(moves()).toHaveLength(1);
  });

  it('so does a reinstall; another name is no surprise', async () => {
    const heart = await openHeart();
    heart.engine.images.publish(image, version('a'));
    await heart.create({ image });
    const client = heart.client();
    heart.engine.images.publish(image, version('b'));
    heart.host.servers.reinstall('s1', { updated_at: 1 }, 'test');
    await heart.clock.run(2000);
    expect(client.messages).toContainEqual(
      expect.stringMatching(/^Note: the image .* stood for aaaaaaaaaaaa, now for b{12}$/),
    );
    heart.engine.images.publish('other/game:1', version('c'));
    heart.host.servers.reinstall('s1', { image: 'other/game:1', updated_at: 2 }, 'test');
    await heart.clock.run(2000);
    expect(shown(heart)).toBe(version('c').digest);
    expect(client.messages.filter((text) => text.includes('another one'))).toHaveLength(1);
  });

  it('one that came from no registry is told by its id', async () => {
    const heart = await openHeart();
    heart.engine.images.add('game:1', { id: version('d').id, digest: null });
    await heart.create({ image: 'game:1' });
    expect(shown(heart)).toBe(version('d').id);
  });
});
