import { describe, expect, it } from 'vitest';
import { ending } from '../support/fake-process.ts';
import { openHeart } from '../support/heart.ts';
import { expectUsable } from './checks.ts';

const noShell = ending(127, '[FATAL tini (7)] exec /bin/sh failed: No such file or directory');

describe('S11 what a start could not run', () => {
  it.each([true, false])(
    'an image without a shell is told in words, and not tried again (terminal: %s)',
    async (tty) => {
      const heart = await openHeart();
      heart.program(noShell);
      await heart.create({ restart_policy: 'on-failure', tty });
      const client = heart.client();
      heart.power('start');
      await heart.clock.run(60_000);
      expect(heart.state()).toBe('exit');
      expect(client.states.filter((state) => state === 'starting')).toHaveLength(1);
      expect(client.messages).toContain(
        'Server crashed: its image has no /bin/sh, which the startup command needs: choose another image (exit code 127)',
      );
      expect(client.messages.some((text) => text.includes('not started again'))).toBe(true);
      await expectUsable(heart);
    },
  );

  it('a program that is not there is told in words; another try may help', async () => {
    const heart = await openHeart();
    heart.program(ending(127, 'sh: 1: ./game: not found'));
    await heart.create({ restart_policy: 'on-failure' });
    const client = heart.client();
    heart.power('start');
    await heart.clock.run(1500);
    expect(client.messages.find((text) => text.startsWith('Server crashed'))).toMatch(
      /exit code 127\): so soon .* usually .* is not there: check its name/,
    );
    expect(client.states.filter((state) => state === 'starting').length).toBeGreaterThan(1);
  });

  it('an install script in such an image fails with the reason', async () => {
    const heart = await openHeart();
    const definition = heart.definition('s1', { install_script: 'run s1' });
    heart.program(noShell);
    heart.host.servers.create(definition);
    await heart.reach('failed');
    expect(heart.host.servers.get('s1')?.install_error).toMatch(/exit code 127: its image has no \/bin\/sh/);
  });
});
