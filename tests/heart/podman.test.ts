import { describe, expect, it } from 'vitest';
import { openHeart } from '../support/heart.ts';
import { expectTruth, shell, type } from './checks.ts';

describe('G14 on Podman', () => {
  it('a program that ends in order when it is stopped from outside was stopped from outside', async () => {
    const heart = await openHeart({ kind: 'podman' });
    heart.program(({ onSignal, exit }) => {
      onSignal('SIGTERM', () => exit(0));
      return new Promise(() => {});
    });
    await heart.createRunning();
    void heart.outside.stop(heart.container().id);
    await heart.reach('exit');
    expect(heart.host.servers.get('s1')?.last_exit).toMatchObject({
      code: 0,
      wanted: true,
      reason: 'stopped from outside with a signal (exit code 0)',
    });
  });

  it('one that was told to read its settings again and crashes later has crashed', async () => {
    const heart = await openHeart({ kind: 'podman' });
    heart.program((program) => {
      program.onSignal('SIGHUP', () => {});
      return shell(program);
    });
    await heart.createRunning();
    await heart.outside.kill(heart.container().id, 'SIGHUP');
    await heart.clock.run(15 * 60_000);
    type(heart, 'crash 1');
    await heart.reach('exit');
    expect(heart.host.servers.get('s1')?.last_exit).toMatchObject({ code: 1, wanted: false });
    await heart.reach('running');
  });

  it('stopped while the host was away: it stays stopped', async () => {
    const heart = await openHeart({ kind: 'podman' });
    await heart.createRunning();
    const { id } = heart.container();
    await heart.killHost(async () => {
      void heart.outside.stop(id);
    });
    await heart.reach('exit');
    await heart.clock.run(60_000);
    expect(heart.state()).toBe('exit');
    await expectTruth(heart);
  });
});

describe('G15 what is typed on Podman without a terminal', () => {
  it('reaches the program until the host is restarted; then that is said, and a restart mends it', async () => {
    const heart = await openHeart({ kind: 'podman' });
    heart.program(shell);
    await heart.createRunning();
    const before = heart.client();
    type(heart, 'one');
    await heart.clock.until(() => before.text.includes('> one\n'));
    await heart.killHost();
    await heart.reach('running');
    const after = heart.client();
    after.send({ event: 'send_command', command: 'two\n' });
    await heart.clock.until(() => after.messages.some((text) => text.includes('Podman')));
    expect(after.text).not.toContain('> two');
    heart.power('restart');
    await heart.clock.until(() => heart.engine.book.count('start') === 2);
    await heart.reach('running');
    after.send({ event: 'send_command', command: 'three\n' });
    await heart.clock.until(() => after.text.includes('> three\n'));
  });

  it('a stop by a command then asks by a signal', async () => {
    const heart = await openHeart({ kind: 'podman' });
    heart.program(shell);
    await heart.createRunning({ stop: { command: 'crash 0', timeout: 30 } });
    await heart.killHost();
    await heart.reach('running');
    heart.power('stop');
    await heart.reach('exit');
    expect(heart.host.servers.get('s1')?.last_exit).toMatchObject({ code: 143, wanted: true });
  });

  it.each([true, false])('a run that somebody else started can be typed into (tty: %s)', async (tty) => {
    const heart = await openHeart({ kind: 'podman' });
    heart.program(shell);
    await heart.createRunning({ tty, restart_policy: 'no' });
    type(heart, 'crash 0');
    await heart.reach('exit');
    await heart.outside.start(heart.container().id);
    await heart.reach('running');
    const client = heart.client();
    client.send({ event: 'send_command', command: 'hello\n' });
    await heart.clock.until(() => client.text.includes('> hello'));
  });

  it('with a terminal it reaches the program after a restart of the host, too', async () => {
    const heart = await openHeart({ kind: 'podman' });
    heart.program(shell);
    await heart.createRunning({ tty: true });
    await heart.killHost();
    await heart.reach('running');
    const client = heart.client();
    client.send({ event: 'send_command', command: 'hello\n' });
    await heart.clock.until(() => client.text.includes('> hello'));
  });
});
