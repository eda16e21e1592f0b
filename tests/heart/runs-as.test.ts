import { describe, expect, it } from 'vitest';
import { hostUserCheck } from '../../main/servers/definition/host-user-check.ts';
import { ending, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import { busyboxName } from '../support/images.ts';

const host = { uid: 1000, gid: 998 };
const give = 'exec chown -R "$LIGHTDECK_OWNER" .';
const server = 'lightd-s1';

/** A heart whose host is not root; `given` is told each user that a volume is given to. */
async function open(check = 0): Promise<{ heart: Heart; given: (string | undefined)[] }> {
  const heart = await openHeart({ hostUser: host });
  const given: (string | undefined)[] = [];
  heart.engine.program(hostUserCheck, ending(check));
  heart.engine.program(give, ({ spec }) => {
    given.push(spec.environment.LIGHTDECK_OWNER);
    return 0;
  });
  heart.program(untilSignal);
  return { heart, given };
}

const view = (heart: Heart) => heart.host.servers.get('s1');

describe('A19 C2 a host that is not root', () => {
  it('runs a server as itself, on a volume that is put right before it', async () => {
    const { heart, given } = await open();
    await heart.createRunning();
    expect(heart.engine.container(server).spec.user).toBe('1000:998');
    expect(view(heart)?.runs_as).toMatchObject({ mode: 'host', uid: 1000, gid: 998, setting: null });
    expect(new Set(given)).toEqual(new Set(['1000:998']));
  });

  it.each([20, 21])(
    'takes the image’s user where the image can’t do otherwise (%i), and says so at the install',
    async (code) => {
      const { heart } = await open(code);
      const client = heart.client();
      await heart.createRunning();
      expect(heart.engine.container(server).spec.user).toBeNull();
      expect(view(heart)?.runs_as).toMatchObject({ mode: 'image', uid: null });
      expect(client.messages.join('\n')).toMatch(/can't run as the host's user \(1000\).*Settings/);
    },
  );

  it('gives the volume to the image’s user where that was chosen, and takes it back for the host', async () => {
    const { heart, given } = await open();
    heart.engine.images.add(busyboxName, { user: '10000', environment: {}, volumes: [] });
    await heart.createRunning({ user: 'image' });
    expect(heart.engine.container(server).spec.user).toBeNull();
    expect(given.at(-1)).toBe('10000');
    heart.host.servers.change('s1', { user: 'host' });
    expect(view(heart)?.pending_restart).toEqual(['user']);
    heart.power('restart');
    await heart.reach('running');
    expect(given.at(-1)).toBe('1000:998');
  });

  it('is called root in the containers of a rootless engine', async () => {
    const { heart, given } = await open();
    heart.engine.helpers.rootless = true;
    await heart.createRunning();
    expect(heart.engine.container(server).spec.user).toBe('0:0');
    expect(new Set(given)).toEqual(new Set(['0:0']));
  });
});

it('A19 a host that is root leaves it to the image, as before', async () => {
  const heart = await openHeart();
  heart.program(untilSignal);
  await heart.createRunning();
  expect(heart.engine.container(server).spec.user).toBeNull();
  expect(view(heart)?.runs_as).toMatchObject({ mode: 'image', setting: null });
});
