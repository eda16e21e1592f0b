import { describe, expect, it } from 'vitest';
import { ending, type Program, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import { expectUsable, shell } from './checks.ts';

const image = 'registry.example/game:1';
const chown = 'exec chown -R "$LIGHTDECK_OWNER" .';

/** Prints its variables. */
const env: Program = ({ spec, print }) => {
  print(`${JSON.stringify(spec.environment)}\n`);
  return untilSignal();
};

async function environmentOf(heart: Heart): Promise<unknown> {
  await heart.clock.run(500);
  return JSON.parse((await heart.history()).trim().split('\n').at(-1) ?? '');
}

describe('F2 an image that declares volumes', () => {
  it.each([
    { volumes: ['/data'], says: 'in /data (VOLUME)', way: 'set data_path to /data' },
    { volumes: ['/b', '/a/'], says: 'in /b, /a (VOLUME)', way: 'mount a folder at the others' },
  ])('outside the server: its loss is told at install and start, with a way out ($volumes)', async (one) => {
    const heart = await openHeart();
    heart.engine.images.publish(image, { volumes: one.volumes });
    heart.program(shell);
    const client = heart.client();
    await heart.create({ image });
    const told = () =>
      client.messages.filter((message) => message.startsWith('Warning: the image keeps data'));
    expect(told()).toEqual([expect.stringContaining(one.says)]);
    expect(told()[0]).toContain(one.way);
    heart.power('start');
    await heart.reach('running');
    expect(told()).toHaveLength(2);
  });

  it('where something is mounted: there is nothing to say', async () => {
    const heart = await openHeart();
    heart.engine.images.publish(image, { volumes: ['/data', '/home/container'] });
    heart.program(shell);
    const client = heart.client();
    await heart.createRunning({ image, data_path: '/data' });
    expect(client.messages.filter((message) => /VOLUME/.test(message))).toEqual([]);
  });

  it.each([
    { volumes: ['/home/container/world'], more: {} },
    // A neighbour: in the volume's second place.
    { volumes: ['/data', '/data/world'], more: { data_path: '/data' } },
  ])('inside the server: the install is refused, with a way out ($volumes)', async ({ volumes, more }) => {
    const heart = await openHeart();
    heart.engine.images.publish(image, { volumes });
    heart.host.servers.create(heart.definition('s1', { image, install_script: 'never', ...more }));
    await heart.reach('failed');
    const inside = volumes.at(-1);
    expect(heart.host.servers.get('s1')?.install_error).toContain(`declares ${inside} as a volume`);
    expect(heart.host.servers.get('s1')?.install_error).toContain(`data_path to ${inside}`);
    expect(heart.engine.book.count('create')).toBe(0);
    heart.host.servers.change('s1', { data_path: inside ?? null });
    heart.host.servers.reinstall('s1', { updated_at: 2, install_script: null }, 'test');
    await heart.reach('installed');
  });

  it('F2 kept by data_path is there for the install script, too', async () => {
    const heart = await openHeart();
    heart.engine.images.publish(image, { volumes: ['/data'] });
    heart.engine.program('make it', ({ spec, print }) => {
      print(`${Object.keys(spec.mounts).join()}\n`);
      return 0;
    });
    await heart.create({ image, data_path: '/data', install_script: 'make it' });
    expect(await heart.history()).toBe('/data\n');
  });

  it('inside the server, since a newer image of the name came: the start is refused', async () => {
    const heart = await openHeart();
    heart.engine.images.publish(image);
    heart.program(shell);
    await heart.create({ image });
    heart.engine.images.add(image, { volumes: ['/home/container/world'] });
    const client = heart.client();
    heart.power('start');
    await heart.reachRest();
    expect(client.messages.join('\n')).toContain(
      'could not be started: the image declares /home/container/world',
    );
    heart.engine.images.add(image);
    await expectUsable(heart);
  });
});

describe('the variables of a program', () => {
  it("F16 G10 have the machine's time zone, and UTF-8", async () => {
    const heart = await openHeart();
    heart.program(env);
    await heart.createRunning({ environment: { A: '1' } });
    expect(await environmentOf(heart)).toEqual({ TZ: 'America/New_York', LANG: 'C.UTF-8', A: '1' });
  });

  it.each([
    {
      title: 'the server',
      more: { environment: { TZ: 'UTC', LC_ALL: 'de_DE.UTF-8' } },
      facts: {},
      all: { TZ: 'UTC', LC_ALL: 'de_DE.UTF-8' },
    },
    { title: 'the image', more: {}, facts: { TZ: 'Asia/Tokyo', LANG: 'en_US.UTF-8' }, all: {} },
    {
      title: 'the time zone of the server, against its image',
      more: { time_zone: 'Europe/Berlin' },
      facts: { TZ: 'Asia/Tokyo', LC_CTYPE: 'C' },
      all: { TZ: 'Europe/Berlin' },
    },
  ])('F16 G10 are as $title says', async ({ more, facts, all }) => {
    const heart = await openHeart();
    heart.engine.images.publish(image, { environment: facts });
    heart.program(env);
    await heart.createRunning({ image, ...more });
    expect(await environmentOf(heart)).toEqual(all);
  });

  it('F16 G10 are the same for the install script', async () => {
    const heart = await openHeart();
    heart.engine.program('make it', ({ spec, print }) => {
      print(`${JSON.stringify(spec.environment)}\n`);
      return 0;
    });
    await heart.create({ install_script: 'make it', time_zone: 'Asia/Tokyo' });
    expect(await environmentOf(heart)).toEqual({ TZ: 'Asia/Tokyo', LANG: 'C.UTF-8' });
  });

  it('F16 of a running server change with the next start, and it says so', async () => {
    const heart = await openHeart();
    heart.program(env);
    await heart.createRunning();
    expect(heart.host.servers.change('s1', { time_zone: 'Asia/Tokyo' })).toEqual(['time_zone']);
    heart.power('restart');
    await heart.reach('running');
    expect(await environmentOf(heart)).toMatchObject({ TZ: 'Asia/Tokyo' });
  });
});

describe('G10 a volume with an owner', () => {
  async function heartWithChown() {
    const heart = await openHeart();
    const given: string[] = [];
    heart.engine.program(chown, ({ spec }) => {
      given.push(spec.environment.LIGHTDECK_OWNER ?? '');
      return 0;
    });
    heart.engine.program('make it', () => {
      given.push('script');
      return 0;
    });
    heart.program(shell);
    return { heart, given };
  }

  it("is given to it after the script, whose files it gets too; before, to the image's user", async () => {
    const { heart, given } = await heartWithChown();
    heart.engine.images.publish(image, { user: 'steam' });
    await heart.create({ image, install_script: 'make it', volume_owner: 'murmur:games' });
    expect(given).toEqual(['steam', 'script', 'murmur:games']);
  });

  it('of an image that starts as root is given to it', async () => {
    const { heart, given } = await heartWithChown();
    await heart.createRunning({ volume_owner: '1000' });
    expect(new Set(given)).toEqual(new Set(['1000']));
    await expectUsable(heart);
  });

  it('that is changed is given away at the next start, once; taken away, to the user of the image', async () => {
    const { heart, given } = await heartWithChown();
    await heart.createRunning();
    expect(heart.host.servers.change('s1', { volume_owner: 'murmur' })).toEqual(['volume_owner']);
    for (let i = 0; i < 2; i += 1) {
      heart.power('restart');
      await heart.reach('running');
    }
    expect(given).toEqual(['murmur']);
    heart.host.servers.change('s1', { volume_owner: null });
    heart.power('restart');
    await heart.reach('running');
    expect(given).toEqual(['murmur', '0']);
  });

  it('that the image can not give away starts all the same, with a warning', async () => {
    const heart = await openHeart();
    heart.engine.program(chown, ending(127));
    heart.program(shell);
    const client = heart.client();
    await heart.createRunning({ volume_owner: 'nobody-here' });
    expect(client.messages.join('\n')).toContain('could not be given to');
  });
});
