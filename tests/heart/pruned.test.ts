import { describe, expect, it } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { ending } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import { busyboxName } from '../support/images.ts';
import { expectTruth, expectUsable, shell, type } from './checks.ts';

const script = 'make the world';

/** A server that has run and stopped, with an install script that must not run twice; then `docker system prune -a`. */
async function pruned({ more = {}, inRegistry = true } = {}): Promise<Heart> {
  const heart = await openHeart();
  heart.program(shell);
  heart.engine.program(script, ending(0, 'a new world'));
  await heart.createRunning({ install_script: script, ...more });
  heart.power('stop');
  await heart.reach('exit');
  await heart.outside.prune();
  expect(heart.engine.images.has(busyboxName)).toBe(false);
  if (inRegistry) heart.engine.images.publish(busyboxName);
  return heart;
}

const worlds = async (heart: Heart): Promise<number> =>
  (await heart.history()).split('a new world').length - 1;

describe('F19 after docker system prune -a', () => {
  it('a start pulls the image again, says so, and leaves the world alone', async () => {
    const heart = await pruned();
    const client = heart.client();
    heart.power('start');
    await heart.reach('running');
    expect(client.messages.join('\n')).toContain(`The image ${busyboxName} is no longer on this machine`);
    expect(client.events.some((one) => one.event === 'progress' && one.data.phase === 'pull')).toBe(true);
    expect(await worlds(heart)).toBe(1);
    await expectUsable(heart);
  });

  it('a start that can not have the image says why and what to do, and the next one may', async () => {
    const heart = await pruned({ inRegistry: false });
    const client = heart.client();
    heart.power('start');
    await heart.reachRest();
    expect(client.messages.join('\n')).toMatch(
      /Error: .*no longer on this machine and can't be downloaded again: .*can't be reached.*docker load.*connection refused/,
    );
    heart.engine.images.publish(busyboxName);
    await expectUsable(heart);
    expect(await worlds(heart)).toBe(1);
  });

  it('kill ends the pull at once', async () => {
    const heart = await pruned();
    const gate = heart.engine.book.hold('pull');
    heart.power('start');
    await gate.reached;
    heart.power('kill');
    await heart.reachRest();
    expect(heart.engine.find('lightd-s1')).toBeNull();
    gate.release();
    await expectUsable(heart);
  });

  it('deleting the server ends the pull at once', async () => {
    const heart = await pruned();
    const gate = heart.engine.book.hold('pull');
    heart.power('start');
    await gate.reached;
    await heart.host.servers.remove('s1');
    gate.release();
    await heart.clock.run(10_000);
    expect(heart.engine.find('lightd-s1')).toBeNull();
  });

  it('an engine that goes away during the pull and comes back: it runs in the end', async () => {
    const heart = await pruned();
    const gate = heart.engine.book.hold('pull');
    heart.power('start');
    await gate.reached;
    await heart.engine.lose();
    await heart.clock.run(5_000);
    expect(heart.state()).toBe('unknown');
    gate.release();
    await heart.engine.restore();
    await heart.reach('running');
    await expectTruth(heart);
  });

  it('a host that is killed during the pull begins it again', async () => {
    const heart = await pruned();
    const gate = heart.engine.book.hold('pull');
    heart.power('start');
    await gate.reached;
    await heart.killHost(() => gate.release());
    await heart.reach('running');
    await expectUsable(heart);
  });

  it('a start with the machine pulls it, too', async () => {
    const heart = await pruned({ more: { auto_start: true } });
    await heart.bootMachine();
    await heart.reach('running');
  });

  it('a restart, also after a crash, whose image went while it ran', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    heart.engine.images.publish(busyboxName);
    for (const again of [() => heart.power('restart'), () => type(heart, 'crash 1')]) {
      heart.engine.images.keepOnly(new Set());
      again();
      await heart.clock.until(
        () => heart.engine.images.has(busyboxName),
        () => 'the image',
      );
      await heart.reach('running');
    }
    await expectUsable(heart);
  });

  it('an image that goes between its pull and the install script is pulled again', async () => {
    const heart = await openHeart();
    heart.engine.images.publish(busyboxName);
    heart.engine.program(script, ending(0));
    const gate = heart.engine.book.hold('create');
    heart.host.servers.create(heart.definition('s1', { install_script: script }));
    await gate.reached;
    heart.engine.images.keepOnly(new Set());
    gate.release();
    await heart.reach('installed');
  });

  it('a container that was made but never started, whose network is gone, is made anew', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.create();
    heart.engine.book.fail('start', new LightdeckError('engine_refused', 'The engine says no.'));
    heart.power('start');
    await heart.reachRest();
    heart.engine.networks.keepOnly(new Set());
    await expectUsable(heart);
  });
});
