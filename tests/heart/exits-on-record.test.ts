import { describe, expect, it } from 'vitest';
import { untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';

const recorded = (heart: Heart) =>
  heart.host.recorded
    .filter(({ via }) => via === 'host')
    .map(({ action, container, detail, result }) => [action, container, detail, result]);

describe('I6 the end of a run is on record', () => {
  it('a crash with its reason, before the restart that follows it, and still there afterwards', async () => {
    const heart = await openHeart();
    heart.program(async ({ sleep }) => {
      await sleep(1000);
      return 3;
    });
    await heart.createRunning({ restart_policy: 'on-failure' });
    await heart.reachRest();
    heart.program(untilSignal);
    await heart.reach('running');
    expect(recorded(heart)).toEqual([
      ['crash', 's1', '', 'crashed (exit code 3)'],
      ['restart after a crash', 's1', 'in 1 s', 'ok'],
    ]);
  });

  it('a kill from outside and a stop as asked, too', async () => {
    const heart = await openHeart();
    heart.program(untilSignal);
    await heart.createRunning({ restart_policy: 'no' });
    await heart.outside.kill(heart.container().id, 'SIGKILL');
    await heart.reachRest();
    heart.power('start');
    await heart.reach('running');
    heart.power('kill');
    await heart.reachRest();
    expect(recorded(heart)).toEqual([
      ['exit', 's1', expect.stringMatching(/^stopped from outside with SIGKILL/), 'ok'],
      ['exit', 's1', expect.stringMatching(/^stopped as asked/), 'ok'],
    ]);
  });

  it('one that came while the host was away has its own time, and comes once', async () => {
    const heart = await openHeart();
    heart.program(untilSignal);
    await heart.createRunning({ restart_policy: 'no' });
    const { id } = heart.container();
    await heart.restartHost(async () => {
      await heart.outside.kill(id, 'SIGKILL');
      await heart.clock.run(60_000);
    });
    expect(recorded(heart)).toEqual([
      [
        expect.stringMatching(/^(exit|crash)$/),
        's1',
        expect.stringMatching(/at \d{4}-.*Z$/),
        expect.any(String),
      ],
    ]);
    await heart.restartHost();
    expect(recorded(heart)).toEqual([]);
  });
});
