import { describe, expect, it } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import type { EngineMethod, GateOptions } from '../support/fake-calls.ts';
import { ending, type Program } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import { expectTruth, expectUsable, shell } from './checks.ts';

/** Each moment of a start at which something else can happen: while the engine is asked, and while its answer is under way. */
const moments: { method: EngineMethod; at: NonNullable<GateOptions['at']> }[] = (
  ['inspect', 'create', 'attach', 'start'] as const
).flatMap((method) => [
  { method, at: 'before' as const },
  { method, at: 'after' as const },
]);

/** A server whose start waits at this moment; `release` lets it go on. */
async function startHeldAt({ method, at }: (typeof moments)[number], program = shell) {
  const heart = await openHeart();
  heart.program(program);
  await heart.create();
  const gate = heart.engine.book.hold(method, { at });
  heart.power('start');
  await gate.reached;
  await heart.clock.settle();
  return { heart, gate };
}

describe.each(moments)('a start held up $at $method', (moment) => {
  it('goes on when the answer comes', async () => {
    const { heart, gate } = await startHeldAt(moment);
    await heart.clock.run(5_000);
    expect(heart.state()).toBe('starting');
    gate.release();
    await heart.reach('running');
    await expectUsable(heart);
  });

  it('kill ends it', async () => {
    const { heart, gate } = await startHeldAt(moment);
    heart.power('kill');
    await heart.clock.settle();
    gate.release();
    await heart.reachRest();
    await heart.clock.run(30_000);
    await heart.reachRest();
    await expectUsable(heart);
  });

  it.each(['start', 'stop', 'restart'] as const)(
    '%s is refused meanwhile and changes nothing',
    async (action) => {
      const { heart, gate } = await startHeldAt(moment);
      expect(() => heart.power(action)).toThrow(LightdeckError);
      gate.release();
      await heart.reach('running');
      expect(heart.engine.book.count('start')).toBe(1);
    },
  );

  it('the engine goes away and comes back: it runs in the end, as was wanted', async () => {
    const { heart, gate } = await startHeldAt(moment);
    await heart.engine.lose();
    await heart.clock.run(5_000);
    expect(heart.state()).toBe('unknown');
    gate.release();
    await heart.engine.restore();
    await heart.clock.run(20_000);
    expect(heart.state()).toBe('running');
    await expectUsable(heart);
  });

  it('the engine goes away and comes back before the start has noticed', async () => {
    const { heart, gate } = await startHeldAt(moment);
    const lost = heart.engine.lose();
    await lost;
    await heart.engine.restore();
    gate.release();
    await heart.clock.run(20_000);
    expect(heart.state()).toBe('running');
    await expectUsable(heart);
  });

  it('the host ends in order and starts again: the start is made good', async () => {
    const { heart, gate } = await startHeldAt(moment);
    await heart.restartHost(() => gate.release());
    await heart.clock.run(20_000);
    expect(heart.state()).toBe('running');
    await expectUsable(heart);
  });

  it('the host is killed and starts again: the start is made good', async () => {
    const { heart, gate } = await startHeldAt(moment);
    await heart.killHost(() => gate.release());
    await heart.clock.run(20_000);
    expect(heart.state()).toBe('running');
    expect([...heart.engine.containers.values()].filter(({ isRunning }) => isRunning)).toHaveLength(1);
    await expectUsable(heart);
  });

  it('the container ends at once: that is told, with all that it printed', async () => {
    const { heart, gate } = await startHeldAt(moment, ending(0, 'one', 'two'));
    gate.release();
    await heart.reach('exit');
    expect(await heart.history()).toBe('one\ntwo\n');
    expect(heart.host.servers.get('s1')?.last_exit).toMatchObject({ code: 0 });
    await expectUsable(heart);
  });
});

// A start that took place is not refused.
describe.each(moments.filter(({ method, at }) => method !== 'start' || at === 'before'))(
  'a start held up $at $method',
  (moment) => {
    it('that the engine refuses is told, and leaves the server stopped', async () => {
      const { heart, gate } = await startHeldAt(moment);
      const client = heart.client();
      gate.fail(new LightdeckError('engine_refused', 'The engine says no.'));
      await heart.reachRest();
      await expectTruth(heart);
      expect(client.messages.join('\n')).toContain('The engine says no.');
      await expectUsable(heart);
    });
  },
);

describe.each(moments.filter(({ method, at }) => method !== 'create' || at === 'after'))(
  'a start held up $at $method',
  (moment) => {
    it('the server is deleted: nothing of it is left in the engine', async () => {
      const { heart, gate } = await startHeldAt(moment);
      const removed = heart.host.servers.remove('s1');
      await heart.clock.settle();
      gate.release();
      await heart.clock.run(10_000);
      await removed;
      await heart.clock.run(10_000);
      expect(heart.host.servers.get('s1')).toBeNull();
      expect(heart.engine.find('lightd-s1')).toBeNull();
      await heart.create();
      await expectUsable(heart);
    });
  },
);

describe('a start that waits for its volume', () => {
  function holdVolume(heart: Heart): { release: () => void; fail: () => void } {
    let settle: { resolve: () => void; reject: (error: Error) => void } | null = null;
    heart.host.volumes.ready = () =>
      new Promise<void>((resolve, reject) => {
        settle = { resolve, reject };
      });
    const free = (): void => {
      heart.host.volumes.ready = async () => {};
    };
    return {
      release() {
        free();
        settle?.resolve();
      },
      fail() {
        free();
        settle?.reject(new Error('the volume is not mounted'));
      },
    };
  }

  async function waiting() {
    const heart = await openHeart();
    heart.program(shell);
    await heart.create();
    const volume = holdVolume(heart);
    heart.power('start');
    await heart.clock.run(1_000);
    return { heart, volume };
  }

  it('goes on when it is there', async () => {
    const { heart, volume } = await waiting();
    expect(heart.state()).toBe('starting');
    expect(heart.engine.book.count('create')).toBe(0);
    volume.release();
    await heart.reach('running');
  });

  it('says why it can not be had', async () => {
    const { heart, volume } = await waiting();
    const client = heart.client();
    volume.fail();
    await heart.reachRest();
    expect(client.messages.join('\n')).toContain('the volume is not mounted');
    await expectUsable(heart);
  });

  it('kill ends the wait at once or when it is over, and nothing is started', async () => {
    const { heart, volume } = await waiting();
    heart.power('kill');
    volume.release();
    await heart.reachRest();
    expect(heart.engine.find('lightd-s1')?.isRunning ?? false).toBe(false);
    await expectUsable(heart);
  });

  it('C5 the engine is lost and back meanwhile: the state is known when it runs', async () => {
    const { heart, volume } = await waiting();
    await heart.engine.lose();
    await heart.engine.restore();
    await heart.clock.run(1_000);
    volume.release();
    await heart.clock.run(10_000);
    expect(heart.state()).toBe('running');
    await expectUsable(heart);
  });

  it('C6 the engine is still away when the volume is there: the start is not forgotten', async () => {
    const { heart, volume } = await waiting();
    await heart.engine.lose();
    volume.release();
    await heart.clock.run(5_000);
    await heart.engine.restore();
    await heart.clock.run(10_000);
    expect(heart.state()).toBe('running');
    await expectUsable(heart);
  });
});

it('a start whose answer came too late has taken place: the server is told as running', async () => {
  const heart = await openHeart();
  heart.program(shell);
  await heart.create();
  const gate = heart.engine.book.hold('start', { at: 'after' });
  heart.power('start');
  await gate.reached;
  gate.fail(new LightdeckError('timeout', 'Could not start it: the engine gave no answer within 60 s.'));
  await heart.clock.run(60_000);
  expect(heart.state()).toBe('running');
  await expectUsable(heart);
});

it('a server that is deleted while its container is being made leaves none behind', async () => {
  const heart = await openHeart();
  heart.program(shell);
  await heart.create();
  const gate = heart.engine.book.hold('create');
  heart.power('start');
  await gate.reached;
  const removed = heart.host.servers.remove('s1');
  await heart.clock.settle();
  gate.release();
  await heart.clock.run(60_000);
  await removed;
  expect(heart.engine.find('lightd-s1')).toBeNull();
});

describe('F20 a terminal', () => {
  const measuring: Program = async ({ print, readLine, size }) => {
    for (;;) {
      await readLine();
      print(`${size()}\n`);
    }
  };

  async function sizeOf(heart: Heart): Promise<string> {
    const client = heart.client();
    client.send({ event: 'send_command', command: '\n' });
    await heart.clock.run(1_000);
    return client.text.trim();
  }

  it('has a size from the start on', async () => {
    const heart = await openHeart();
    heart.program(measuring);
    await heart.createRunning({ tty: true });
    expect(await sizeOf(heart)).toBe('50 200');
  });

  it.each(['restartHost', 'killHost'] as const)(
    'gets one when it was started from outside (%s)',
    async (end) => {
      const heart = await openHeart();
      heart.program(measuring);
      await heart.createRunning({ tty: true });
      await heart[end](async () => {
        await heart.outside.kill('lightd-s1', 'SIGKILL');
        await heart.clock.run(100);
        await heart.outside.start('lightd-s1');
      });
      await heart.reach('running');
      await heart.clock.run(2_000);
      expect(await sizeOf(heart)).toBe('50 200');
    },
  );

  it('that the engine gives none runs all the same', async () => {
    const heart = await openHeart();
    heart.program(measuring);
    heart.engine.book.fail('sizeTerminal', new LightdeckError('engine_refused', 'No.'));
    await heart.createRunning({ tty: true });
    expect(await sizeOf(heart)).toBe('0 0');
  });

  it('that is none is not sized', async () => {
    const heart = await openHeart();
    heart.program(measuring);
    await heart.createRunning();
    expect(heart.engine.book.count('sizeTerminal')).toBe(0);
  });
});

describe('G11 S10 a first start that comes to nothing', () => {
  it.each(['kill', 'refusal'] as const)('ends in exit (%s)', async (how) => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.create();
    const client = heart.client();
    await heart.clock.settle();
    const gate = heart.engine.book.hold('create');
    heart.power('start');
    await gate.reached;
    if (how === 'kill') {
      heart.power('kill');
      gate.release();
    } else gate.fail(new LightdeckError('engine_refused', 'No.'));
    await heart.reach('exit');
    expect(client.states).toEqual([
      'installed',
      'starting',
      ...(how === 'kill' ? ['stopping', 'exit'] : ['exit']),
    ]);
    await heart.restartHost();
    expect(heart.state()).toBe('exit');
    await expectUsable(heart);
  });
});
