import { describe, expect, it } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import type { Program } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import { expectTruth, shell } from './checks.ts';
import { talk, talked, Viewer } from './viewer.ts';

interface Trouble {
  title: string;
  act: (heart: Heart) => unknown;
}

const refused = new LightdeckError('engine_refused', 'Error grabbing logs: invalid character.');

const troubles: Trouble[] = [
  { title: 'the attachment breaks', act: (heart) => heart.container().breakAttachments() },
  {
    title: 'the attachment breaks twice',
    async act(heart) {
      heart.container().breakAttachments();
      await heart.clock.run(300);
      heart.container().breakAttachments();
    },
  },
  {
    title: 'the attachment breaks and the log fails twice',
    act(heart) {
      heart.engine.book.fail('readLog', refused, { times: 2 });
      heart.container().breakAttachments();
    },
  },
  {
    title: 'the attachment breaks and the next two are refused',
    act(heart) {
      heart.engine.book.fail('attach', refused, { times: 2 });
      heart.container().breakAttachments();
    },
  },
  {
    title: 'the log breaks off in the middle of the catch-up',
    act(heart) {
      const { log } = heart.container();
      log.break(refused, 2);
      heart.container().breakAttachments();
      setTimeout(() => log.mend(), 300);
    },
  },
  {
    title: 'the engine goes away and comes back',
    async act(heart) {
      await heart.engine.lose();
      await heart.clock.run(150);
      await heart.engine.restore();
    },
  },
  { title: 'the host is restarted', act: (heart) => heart.restartHost() },
  {
    title: 'the host is restarted after a while',
    act: (heart) => heart.restartHost(() => heart.clock.run(333)),
  },
  {
    title: 'the host is killed and starts later',
    act: (heart) => heart.killHost(() => heart.clock.run(333)),
  },
  {
    title: 'the host is killed, and its successor too',
    async act(heart) {
      await heart.killHost(() => heart.clock.run(50));
      await heart.killHost(() => heart.clock.run(50));
    },
  },
];

/** In ms after the start: before anything, in a line, between two, when all is said. */
const moments = [0, 50, 570, 1_500];

describe.each([false, true])('the console (tty %s)', (tty) => {
  describe.each(troubles)('when $title', ({ act }) => {
    it.each(moments)('%i ms after the start: every character once and in order', async (ms) => {
      const heart = await openHeart();
      heart.program(talk);
      await heart.createRunning({ tty });
      const viewer = new Viewer(heart);
      await heart.clock.run(ms);
      const { host } = heart;
      await act(heart);
      await heart.clock.settle();
      if (heart.host !== host) viewer.comeBack();
      await heart.clock.run(15_000);
      viewer.take();
      expect(await heart.history()).toBe(talked);
      expect(viewer.text).toBe(talked);
      expect(viewer.gaps).toEqual([]);
      await expectTruth(heart);
    });
  });
});

describe('the console of a run that ends', () => {
  const quick: Program = ({ print, printError }) => {
    for (let i = 0; i < 500; i += 1) print(`out ${i}\n`);
    printError('no newline at the end');
    return 0;
  };

  const news: { title: string; act: (heart: Heart) => void }[] = [
    { title: 'as it should', act() {} },
    {
      title: 'which the engine tells late',
      act({ engine }) {
        engine.events.hold();
        setTimeout(() => engine.events.release(), 3_000);
      },
    },
    {
      title: 'which the engine tells in another order',
      act({ engine }) {
        engine.events.hold();
        setTimeout(() => engine.events.release((events) => events.reverse()), 500);
      },
    },
    {
      title: 'which the engine never tells',
      act({ engine }) {
        engine.events.hold();
        setTimeout(() => engine.events.release(() => []), 500);
      },
    },
    {
      title: 'which the engine tells twice',
      act: ({ engine }) => void setTimeout(() => engine.events.replay(3), 500),
    },
  ];

  it.each(news)('$title: is whole before the end is told', async ({ act }) => {
    const heart = await openHeart();
    heart.program(quick);
    await heart.create();
    const client = heart.client();
    await heart.clock.settle();
    act(heart);
    heart.power('start');
    await heart.reach('exit');
    const end = client.events.findIndex((one) => one.event === 'event' && one.data === 'exit');
    const before = client.events.slice(0, end).map((one) => (one.event === 'console' ? one.data : ''));
    expect(before.join('')).toContain('out 499\n');
    expect(before.join('')).toContain('no newline at the end');
    await heart.clock.run(10_000);
    expect(await heart.history()).toBe(client.text);
    expect(client.states.filter((state) => state === 'exit')).toHaveLength(1);
  });

  it('G1 that is long: the end is told when the engine tells it, and the rest comes before the next run', async () => {
    const heart = await openHeart();
    heart.program(async ({ print, sleep, exit }) => {
      print('first\n');
      await sleep(1_000);
      print('last words\n');
      exit(3);
    });
    await heart.createRunning({ restart_policy: 'no' });
    // Nothing comes through the attachment any more, and the log is slow.
    const gate = heart.engine.book.hold('readLog');
    heart.container().breakAttachments();
    await heart.clock.run(1_000);
    await heart.clock.run(5_000);
    expect(heart.state()).toBe('exit');
    expect(await heart.history()).not.toContain('last words');
    heart.program(talk);
    heart.power('start');
    await heart.clock.run(1_000);
    expect(heart.state()).toBe('starting');
    gate.release();
    await heart.reach('running');
    await heart.clock.run(5_000);
    expect((await heart.history()).match(/first|last words|line 1/g)?.slice(0, 3)).toEqual([
      'first',
      'last words',
      'line 1',
    ]);
  });

  it('while the host is away is read when it comes back, with the reason', async () => {
    const heart = await openHeart();
    heart.program(async ({ print, sleep }) => {
      print('first\n');
      await sleep(1_000);
      print('last words\n');
      return 3;
    });
    await heart.createRunning({ restart_policy: 'no' });
    await heart.restartHost(() => heart.clock.run(5_000));
    await heart.reach('exit');
    expect(await heart.history()).toBe('first\nlast words\n');
    expect(heart.host.servers.get('s1')?.last_exit).toMatchObject({ code: 3, wanted: false });
  });

  it('and of the next ones come one after the other', async () => {
    const heart = await openHeart();
    let runs = 0;
    heart.program(({ print }) => {
      runs += 1;
      print(`run ${runs}\n`);
      return 1;
    });
    await heart.create();
    heart.power('start');
    await heart.clock.run(10_000);
    expect(await heart.history()).toBe('run 1\nrun 2\nrun 3\nrun 4\n');
  });
});

describe('a log that can not be read', () => {
  it('C3 after a restart of the host: live text and commands go on, with a word, and it is not asked for ever', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    heart.container().log.break(refused);
    await heart.restartHost();
    const client = heart.client();
    await heart.clock.run(30_000);
    client.send({ event: 'send_command', command: 'hello\n' });
    await heart.clock.until(() => client.text.includes('> hello\n'));
    expect(client.messages.join('\n')).toMatch(/log/);
    const before = heart.engine.book.count('readLog');
    await heart.clock.run(10 * 60_000);
    expect(heart.engine.book.count('readLog') - before).toBeLessThan(30);
    await expectTruth(heart);
  });
});
