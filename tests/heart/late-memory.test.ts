import { describe, expect, it } from 'vitest';
import { type Heart, openHeart } from '../support/heart.ts';
import { expectTruth, expectUsable, shell, type } from './checks.ts';

const told = (heart: Heart) => heart.host.servers.get('s1')?.last_exit;
const outOfMemory = 'out of memory: the kernel killed it at its memory limit (exit code 137, SIGKILL)';

describe('S11 full memory that the engine tells after the end it led to', () => {
  it.each([
    { by: 'event', afterMs: 120 },
    { by: 'mark', afterMs: 120 },
  ] as const)('a moment later, by its $by: is what the end is told as at once', async (late) => {
    const heart = await openHeart();
    heart.engine.lateMemory = late;
    heart.program(shell);
    await heart.createRunning({ restart_policy: 'on-failure' });
    const client = heart.client();
    type(heart, 'oom');
    await heart.reach('exit');
    expect(told(heart)).toMatchObject({ code: 137, oom: true, wanted: false, reason: outOfMemory });
    expect(client.messages.filter((text) => text.startsWith('Server crashed'))).toEqual([
      `Server crashed: ${outOfMemory}`,
    ]);
    await heart.reach('running');
    await expectTruth(heart);
  });

  it('seconds later, with the next run under way: what was said of the end is put right', async () => {
    const heart = await openHeart();
    heart.engine.lateMemory = { by: 'event', afterMs: 4000 };
    heart.program(shell);
    await heart.createRunning({ restart_policy: 'on-failure' });
    const client = heart.client();
    type(heart, 'oom');
    await heart.reach('exit');
    expect(told(heart)).toMatchObject({ oom: false, reason: 'crashed (exit code 137, SIGKILL)' });
    await heart.reach('running');
    await heart.clock.run(5000);
    expect(told(heart)).toMatchObject({ code: 137, oom: true, wanted: false, reason: outOfMemory });
    expect(client.messages).toContain(`The engine told late why the server ended: ${outOfMemory}`);
    expect(heart.host.recorded.filter(({ action }) => action === 'crash')).toHaveLength(1);
    expect(heart.host.recorded.filter(({ action }) => action === 'end explained')).toMatchObject([
      { container: 's1', detail: outOfMemory },
    ]);
    expect(heart.state()).toBe('running');
    await heart.restartHost();
    expect(told(heart)).toMatchObject({ oom: true });
    await expectUsable(heart);
  });

  it('a killer that is known is waited for by nobody, and stays the cause', async () => {
    const heart = await openHeart();
    heart.engine.lateMemory = { by: 'event', afterMs: 4000 };
    heart.program(shell);
    await heart.createRunning({ restart_policy: 'no' });
    const from = heart.clock.now();
    await heart.outside.kill(heart.container().id, 'SIGKILL');
    await heart.reach('exit');
    expect(heart.clock.now()).toBe(from);
    expect(told(heart)).toMatchObject({ oom: false, wanted: true });
  });

  it('a death by SIGKILL that nobody tells of is a crash, half a second later', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning({ restart_policy: 'no' });
    const from = heart.clock.now();
    type(heart, 'crash 137');
    await heart.reach('exit');
    expect(heart.clock.now() - from).toBeLessThanOrEqual(500);
    expect(told(heart)).toMatchObject({
      oom: false,
      wanted: false,
      reason: 'crashed (exit code 137, SIGKILL)',
    });
  });

  it('an end that was asked for has its true cause, too', async () => {
    const heart = await openHeart();
    heart.engine.lateMemory = { by: 'event', afterMs: 120 };
    heart.program(shell);
    await heart.createRunning({ stop: { command: 'oom', timeout: 60 } });
    heart.power('stop');
    await heart.reach('exit');
    expect(told(heart)).toMatchObject({ oom: true, wanted: true });
  });
});
