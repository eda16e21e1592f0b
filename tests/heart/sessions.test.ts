import { describe, expect, it } from 'vitest';
import { type Program, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import { shell } from './checks.ts';

const ten: Program = ({ print }) => {
  for (let i = 0; i < 10; i += 1) print(`line ${i}\n`);
  return untilSignal();
};
const text = Array.from({ length: 10 }, (_, i) => `line ${i}\n`).join('');

async function talked(): Promise<Heart> {
  const heart = await openHeart();
  heart.program(ten);
  await heart.createRunning();
  await heart.clock.run(500);
  return heart;
}

describe('a client', () => {
  it.each([0, 1, 7, 35, 69, 70])('X3 that resumes after %i gets exactly what it misses', async (after) => {
    const heart = await talked();
    const client = heart.client('s1', `after=${after}`);
    await heart.clock.settle();
    expect(client.text).toBe(text.slice(after));
    expect(client.gaps).toEqual([]);
    expect(client.states).toEqual(['running']);
  });

  it('X3 that resumes beyond the end is told so, and gets what comes', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    await heart.clock.run(500);
    const client = heart.client('s1', 'after=1000');
    await heart.clock.run(1_000);
    expect(client.messages.join('\n')).toMatch(/beyond the end/);
    client.send({ event: 'send_command', command: 'hello\n' });
    await heart.clock.run(500);
    expect(client.text).toBe('> hello\n');
  });

  it('that joins without an offset gets only what comes from then on', async () => {
    const heart = await talked();
    const client = heart.client();
    await heart.clock.run(500);
    expect(client.text).toBe('');
  });

  it.each([1, 3, 10, 500])(
    'S14 that asks for %i lines gets the last ones, with their place',
    async (lines) => {
      const heart = await talked();
      const client = heart.client();
      client.send({ event: 'request_logs', lines });
      await heart.clock.settle();
      const wanted = text.slice(Math.max(0, text.length - lines * 7));
      expect(client.events.filter((one) => one.event === 'logs')).toEqual([
        { event: 'logs', data: wanted, from: text.length - wanted.length, to: text.length },
      ]);
    },
  );

  it('X2 that pages back gets every line once', async () => {
    const heart = await talked();
    const client = heart.client();
    let before = text.length;
    let all = '';
    for (let page = 0; page < 5; page += 1) {
      client.send({ event: 'request_logs', lines: 3, before });
      await heart.clock.settle();
      const last = client.events.findLast((one) => one.event === 'logs');
      if (last?.event !== 'logs') throw new Error('there is no answer');
      all = last.data + all;
      before = last.from;
    }
    expect(all).toBe(text);
  });

  it('S14 asking while text comes leaves no hole and no overlap', async () => {
    const heart = await openHeart();
    heart.program(async ({ print, sleep }) => {
      for (let i = 0; i < 200; i += 1) {
        print(`line ${i}\n`);
        await sleep(5);
      }
      return untilSignal();
    });
    await heart.createRunning();
    await heart.clock.run(200);
    const client = heart.client();
    client.send({ event: 'request_logs', lines: 1000 });
    await heart.clock.run(5_000);
    const whole = client.events
      .map((one) => (one.event === 'console' || one.event === 'logs' ? one.data : ''))
      .join('');
    const seen = (whole.match(/line (\d+)\n/g) ?? []).map((line) => Number(line.slice(5)));
    expect(seen.slice(-200)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('X4 that does not read gets a gap instead of endless memory, the others get everything', async () => {
    const heart = await openHeart();
    const line = `${'x'.repeat(1000)}\n`;
    heart.program(async ({ print, sleep }) => {
      for (let i = 0; i < 40; i += 1) {
        print(line.repeat(100));
        await sleep(20);
      }
      return untilSignal();
    });
    await heart.create();
    const [slow, quick] = [heart.client(), heart.client()];
    await heart.clock.settle();
    heart.power('start');
    await heart.reach('running');
    slow.pause();
    await heart.clock.run(5_000);
    slow.resume();
    await heart.clock.run(5_000);
    expect(quick.text.length).toBe(4_000 * line.length);
    expect(quick.gaps).toEqual([]);
    expect(slow.gaps.length).toBeGreaterThan(0);
    const missing = slow.gaps.reduce((sum, { from, to }) => sum + to - from, 0);
    expect(slow.text.length + missing).toBe(4_000 * line.length);
    expect(slow.closed).toBeNull();
  });

  it('X4 that is full for 30 s is sent away with 4008; the others notice nothing', async () => {
    const heart = await openHeart();
    heart.program(async ({ print, sleep }) => {
      for (;;) {
        print(`${'x'.repeat(100_000)}\n`);
        await sleep(200);
      }
    });
    await heart.create();
    const [slow, other] = [heart.client(), heart.client()];
    await heart.clock.settle();
    slow.pause();
    heart.power('start');
    await heart.clock.run(25_000);
    expect(heart.host.sockets.size).toBe(2);
    await heart.clock.run(10_000);
    slow.resume();
    await heart.clock.run(1_000);
    expect(slow.closed).toEqual({ code: 4008, reason: 'too slow' });
    expect([other.closed, other.gaps]).toEqual([null, []]);
  });

  it('X4 that never reads again is cut off', async () => {
    const heart = await openHeart();
    heart.program(async ({ print, sleep }) => {
      for (;;) {
        print('x'.repeat(100_000));
        await sleep(200);
      }
    });
    await heart.create();
    const slow = heart.client();
    await heart.clock.settle();
    slow.pause();
    heart.power('start');
    await heart.clock.run(45_000);
    expect(heart.host.sockets.size).toBe(0);
  });

  it('B4 that reads nothing of a long history is sent away after 30 s; one that reads slowly is not', async () => {
    const heart = await openHeart();
    heart.program(({ print }) => {
      for (let index = 0; index < 60; index += 1) print(`${'x'.repeat(50_000)}\n`);
      return 0;
    });
    await heart.create();
    heart.power('start');
    await heart.reachRest();
    const [stalled, slow] = [heart.client(), heart.client()];
    await heart.clock.settle();
    for (const client of [stalled, slow]) client.pause();
    for (const client of [stalled, slow]) client.send({ event: 'request_logs', lines: 10_000 });
    await heart.clock.run(20_000);
    expect(heart.host.sockets.size).toBe(2);
    slow.resume();
    await heart.clock.run(25_000);
    expect(slow.events.some((one) => one.event === 'logs')).toBe(true);
    expect(slow.closed).toBeNull();
    expect(heart.host.sockets.size).toBe(1);
  });

  it('S4 of a server that does not exist yet is told when it does', async () => {
    const heart = await openHeart();
    const client = heart.client();
    await heart.clock.settle();
    expect(client.status).toBe(101);
    expect(client.states).toEqual([]);
    heart.program(ten);
    await heart.createRunning();
    await heart.clock.run(500);
    expect(client.states).toEqual(['installing', 'installed', 'starting', 'running']);
    expect(client.text).toBe(text);
  });

  it('S16 is told when the host stops, and finds its place at the next one', async () => {
    const heart = await talked();
    const client = heart.client('s1', 'after=0');
    await heart.clock.settle();
    await heart.restartHost();
    expect(client.closed).toMatchObject({ code: 1001 });
    const next = heart.client('s1', `after=${client.end}`);
    await heart.clock.run(1_000);
    expect(client.text + next.text).toBe(text);
    expect(next.messages.filter((message) => message.startsWith('Error'))).toEqual([]);
  });

  it.each(['start', 'restart'] as const)(
    'S12 types while the server starts (%s): it is read in order, by the new run',
    async (action) => {
      const heart = await openHeart();
      heart.program(shell);
      await heart.create();
      if (action === 'restart') {
        heart.power('start');
        await heart.reach('running');
      }
      const gate = heart.engine.book.hold('create');
      const client = heart.client();
      client.send({ event: 'power', action });
      await gate.reached;
      for (const command of ['one\n', 'two\n']) client.send({ event: 'send_command', command });
      await heart.clock.settle();
      gate.release();
      await heart.reach('running');
      await heart.clock.run(500);
      expect(client.text.slice(client.text.lastIndexOf('ready'))).toBe('ready\n> one\n> two\n');
    },
  );

  it.each(['running', 'starting'] as const)(
    'F14 S12 types a line that the terminal would cut, to a server that is %s: it is told, and nothing of it is carried out',
    async (when) => {
      const heart = await openHeart();
      heart.program(shell);
      await heart.create({ tty: true });
      const gate = when === 'starting' ? heart.engine.book.hold('create') : null;
      heart.power('start');
      if (gate) await gate.reached;
      else await heart.reach('running');
      const client = heart.client();
      for (const command of [`${'x'.repeat(4096)}\n`, 'z'.repeat(4000), `${'z'.repeat(96)}\n`, 'y\n'])
        client.send({ event: 'send_command', command });
      await heart.clock.settle();
      gate?.release();
      await heart.reach('running');
      await heart.clock.run(500);
      const refused = client.messages.filter((message) => message.includes('was not sent'));
      expect(refused).toEqual([
        expect.stringContaining('its line has 4096 bytes, and'),
        expect.stringContaining('its line has 4096 bytes with what was sent of it before'),
      ]);
      expect(client.text).not.toContain('x');
      expect(client.text).toContain(`> ${'z'.repeat(4000)}y\n`);
    },
  );

  it('F14 S12 types a long line to a server without a terminal: it gets all of it', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    const client = heart.client();
    client.send({ event: 'send_command', command: `${'x'.repeat(20_000)}\n` });
    await heart.clock.run(500);
    expect(client.text).toContain(`> ${'x'.repeat(20_000)}\n`);
  });

  it('S12 types what nobody reads: it is refused at a bound, and the host goes on', async () => {
    const heart = await openHeart();
    heart.program(untilSignal);
    await heart.createRunning();
    const client = heart.client();
    for (let i = 0; i < 60; i += 1) client.send({ event: 'send_command', command: 'x'.repeat(10_000) });
    await heart.clock.run(500);
    expect(client.messages.join('\n')).toMatch(/does not read its input/);
    expect(heart.state()).toBe('running');
  });
});
