import { describe, expect, it } from 'vitest';
import type { LastExit, ServerDefinition } from '../../shared/model/server.ts';
import { printing, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import { expectTruth, expectUsable, shell, type } from './checks.ts';

interface End {
  title: string;
  act: (heart: Heart) => unknown;
  exit: Partial<LastExit>;
  /** By the policy on-failure. */
  restarts: boolean;
}

const id = (heart: Heart): string => heart.container().id;

const ends: End[] = [
  {
    title: 'by itself',
    act: (heart) => type(heart, 'crash 0'),
    exit: { code: 0, wanted: false },
    restarts: false,
  },
  {
    title: 'with 1',
    act: (heart) => type(heart, 'crash 1'),
    exit: { code: 1, wanted: false },
    restarts: true,
  },
  {
    title: 'with 139, a fault of memory',
    act: (heart) => type(heart, 'crash 139'),
    exit: { code: 139, signal: 'SIGSEGV', wanted: false },
    restarts: true,
  },
  {
    title: 'with full memory',
    act: (heart) => type(heart, 'oom'),
    exit: { code: 137, oom: true, wanted: false },
    restarts: true,
  },
  {
    title: 'by docker stop',
    act: (heart) => heart.outside.stop(id(heart)),
    exit: { code: 143, signal: 'SIGTERM', wanted: true },
    restarts: false,
  },
  {
    title: 'by docker kill',
    act: (heart) => heart.outside.kill(id(heart), 'SIGKILL'),
    exit: { code: 137, wanted: true },
    restarts: false,
  },
  {
    title: 'by docker rm -f',
    act: (heart) => heart.outside.remove(id(heart)),
    exit: { wanted: true },
    restarts: false,
  },
  {
    title: 'by stop',
    act: (heart) => heart.power('stop'),
    exit: { code: 143, wanted: true },
    restarts: false,
  },
  {
    title: 'by kill',
    act: (heart) => heart.power('kill'),
    exit: { code: 137, wanted: true },
    restarts: false,
  },
];

describe.each([
  { kind: 'docker', restart_policy: 'no' },
  { kind: 'docker', restart_policy: 'on-failure' },
  { kind: 'podman', restart_policy: 'on-failure' },
] as const)('G14 a run that ends ($kind, restart policy $restart_policy)', ({ kind, restart_policy }) => {
  it.each(ends)('$title: is told as what it was', async ({ act, exit, restarts }) => {
    const heart = await openHeart({ kind });
    heart.program(shell);
    await heart.createRunning({ restart_policy });
    const client = heart.client();
    void act(heart);
    await heart.reach('exit');
    expect(heart.host.servers.get('s1')?.last_exit).toMatchObject(exit);
    await expectTruth(heart);
    await heart.clock.run(5_000);
    expect(heart.state()).toBe(restarts && restart_policy === 'on-failure' ? 'running' : 'exit');
    await expectTruth(heart);
    expect(client.states.filter((state) => state === 'exit')).toHaveLength(1);
  });

  it.each(ends)('$title: can be started again at once', async ({ act }) => {
    const heart = await openHeart({ kind });
    heart.program(shell);
    await heart.createRunning({ restart_policy });
    void act(heart);
    await heart.reach('exit');
    heart.power('start');
    await heart.reach('running');
    await expectUsable(heart);
  });
});

describe('crashes in a row', () => {
  it('are followed by restarts after 1, 2, 4, 8, 16 s, then by none', async () => {
    const heart = await openHeart();
    const starts: number[] = [];
    heart.program(({ exit }) => {
      starts.push(Date.now());
      exit(1);
      return 1;
    });
    await heart.create();
    heart.power('start');
    await heart.clock.run(120_000);
    const waits = starts.slice(1).map((at, index) => Math.round((at - (starts[index] ?? 0)) / 1000));
    expect(waits).toEqual([1, 2, 4, 8, 16]);
    expect(heart.state()).toBe('exit');
    await expectUsable(heart);
  });

  it('are counted anew after a run that was stable', async () => {
    const heart = await openHeart();
    let starts = 0;
    heart.program(async ({ sleep }) => {
      starts += 1;
      if (starts === 3) await sleep(30 * 60_000);
      return 1;
    });
    await heart.create();
    heart.power('start');
    await heart.clock.until(() => starts === 3);
    await heart.clock.run(30 * 60_000 + 1_500);
    expect(starts).toBe(4);
  });

  it.each(['stop', 'kill'] as const)('%s cancels the restart that is due', async (action) => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    type(heart, 'crash 1');
    await heart.reach('exit');
    heart.power(action);
    await heart.clock.run(60_000);
    expect(heart.state()).toBe('exit');
    await expectUsable(heart);
  });

  it('start does not wait for the restart that is due, and is not followed by it', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    type(heart, 'crash 1');
    await heart.reach('exit');
    heart.power('start');
    await heart.reach('running');
    await heart.clock.run(60_000);
    expect(heart.engine.book.count('start')).toBe(2);
  });
});

describe('stopping', () => {
  const stops: { title: string; stop: ServerDefinition['stop']; code: number; afterMs: number }[] = [
    { title: 'by a command', stop: { command: 'crash 0', timeout: 30 }, code: 0, afterMs: 0 },
    { title: 'by a signal', stop: { signal: 'SIGINT', timeout: 30 }, code: 130, afterMs: 0 },
    {
      title: 'by a command that does nothing, then SIGKILL',
      stop: { command: 'no', timeout: 7 },
      code: 137,
      afterMs: 7_000,
    },
  ];
  it.each(stops)('$title', async ({ stop, code, afterMs }) => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning({ stop });
    const from = heart.clock.now();
    heart.power('stop');
    expect(heart.state()).toBe('stopping');
    await heart.reach('exit');
    expect(heart.host.servers.get('s1')?.last_exit).toMatchObject({ code, wanted: true });
    expect(heart.clock.now() - from).toBeGreaterThanOrEqual(afterMs);
    expect(heart.clock.now() - from).toBeLessThan(afterMs + 2_000);
    await expectUsable(heart);
  });

  it('a program that takes no notice of SIGTERM is killed when its time is over', async () => {
    const heart = await openHeart();
    heart.program(({ onSignal }) => {
      onSignal('SIGTERM', () => {});
      return untilSignal();
    });
    await heart.createRunning({ stop: { timeout: 5 } });
    heart.power('stop');
    await heart.clock.run(4_900);
    expect(heart.state()).toBe('stopping');
    await heart.clock.run(500);
    expect(heart.state()).toBe('exit');
  });

  it('kill does not wait for a stop', async () => {
    const heart = await openHeart();
    heart.program(({ onSignal }) => {
      onSignal('SIGTERM', () => {});
      return untilSignal();
    });
    await heart.createRunning({ stop: { timeout: 3600 } });
    heart.power('stop');
    await heart.clock.run(100);
    heart.power('kill');
    await heart.clock.run(500);
    expect(heart.state()).toBe('exit');
  });

  it('restart is a stop and a start, told as such', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    const client = heart.client();
    heart.power('restart');
    await heart.reach('running');
    expect(client.states).toEqual(['running', 'stopping', 'exit', 'starting', 'running']);
    expect(heart.container().runs).toBe(1);
    expect(heart.engine.book.count('create')).toBe(2);
  });
});

describe('the pattern that tells a server is ready', () => {
  it('is waited for, wherever its line is cut', async () => {
    const heart = await openHeart({ cut: (bytes) => [...bytes].map((byte) => Buffer.from([byte])) });
    heart.program(printing('loading', 'Done (1.5s)! For help'));
    await heart.create({ start_pattern: 'Done \\([0-9.]+s\\)!' });
    heart.power('start');
    await heart.reach('running');
  });

  it('that never comes leaves it starting, and stop ends that', async () => {
    const heart = await openHeart();
    heart.program(printing('loading'));
    await heart.create({ start_pattern: 'Done' });
    heart.power('start');
    await heart.clock.run(600_000);
    expect(heart.state()).toBe('starting');
    heart.power('stop');
    await heart.reach('exit');
  });

  it('is found in the log after a restart of the host', async () => {
    const heart = await openHeart();
    heart.program(async ({ print, sleep }) => {
      print('loading\n');
      await sleep(60_000);
      print('Done\n');
      return untilSignal();
    });
    await heart.create({ start_pattern: 'Done' });
    heart.power('start');
    await heart.clock.run(1_000);
    await heart.restartHost(() => heart.clock.run(120_000));
    await heart.reach('running');
  });
});

describe('S10 an end that is told while the answer that it runs is on its way', () => {
  const killed = { code: 137, wanted: true, reason: expect.stringMatching(/from outside with SIGKILL/) };
  const lastExit = (heart: Heart): unknown => heart.host.servers.get('s1')?.last_exit;

  it.each(['in order', 'by SIGKILL'])('after a restart of the host, %s, is not missed', async (how) => {
    const heart = await openHeart();
    heart.program(untilSignal);
    await heart.createRunning({ restart_policy: 'no' });
    const gate = heart.engine.book.hold('inspect', { target: id(heart), at: 'after' });
    await (how === 'in order' ? heart.restartHost() : heart.killHost());
    await gate.reached;
    await heart.outside.kill(id(heart), 'SIGKILL');
    await heart.clock.settle();
    gate.release();
    await heart.reach('exit');
    expect(lastExit(heart)).toMatchObject(killed);
  });

  it('is not missed when another look at the container sees it first', async () => {
    const heart = await openHeart();
    heart.program(untilSignal);
    await heart.createRunning({ restart_policy: 'no' });
    const first = heart.engine.book.hold('inspect', { target: id(heart), at: 'after' });
    await heart.restartHost();
    await first.reached;
    // The engine tells the last second again to whoever connects, the start as well: that is looked into.
    heart.engine.events.replay(1);
    await heart.clock.settle();
    const second = heart.engine.book.hold('inspect', { target: id(heart) });
    first.release();
    await second.reached;
    await heart.outside.kill(id(heart), 'SIGKILL');
    await heart.clock.settle();
    second.release();
    await heart.reach('exit');
    expect(lastExit(heart)).toMatchObject(killed);
  });

  it('at its start is not missed', async () => {
    const heart = await openHeart();
    heart.program(untilSignal);
    await heart.create({ restart_policy: 'no' });
    const started = heart.engine.book.hold('start', { at: 'after' });
    heart.power('start');
    await started.reached;
    const answer = heart.engine.book.hold('inspect', { target: id(heart), at: 'after' });
    started.release();
    await answer.reached;
    await heart.outside.kill(id(heart), 'SIGKILL');
    await heart.clock.settle();
    answer.release();
    await heart.reach('exit');
    expect(lastExit(heart)).toMatchObject(killed);
  });

  it('is not taken for the end of a run that began after it', async () => {
    const heart = await openHeart();
    heart.program(untilSignal);
    await heart.createRunning({ restart_policy: 'no' });
    await heart.outside.kill(id(heart), 'SIGKILL');
    await heart.reach('exit');
    const gate = heart.engine.book.hold('inspect', { target: id(heart) });
    await heart.outside.start(id(heart));
    await gate.reached;
    await heart.outside.kill(id(heart), 'SIGKILL');
    await heart.outside.start(id(heart));
    await heart.clock.settle();
    gate.release();
    await heart.reach('running');
    await heart.clock.run(5000);
    expect(heart.state()).toBe('running');
  });
});
