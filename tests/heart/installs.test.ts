import { describe, expect, it } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import type { EngineMethod } from '../support/fake-calls.ts';
import { ending, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import { expectTruth, expectUsable, shell } from './checks.ts';

const script = 'make the world';
const install = 'lightd-s1-install';
const missing = 'registry.example/game:1';

const nothingLeft = (heart: Heart): void => expect(heart.engine.find(install)).toBeNull();

describe('an install', () => {
  it.each([0, 1, 137])('by a script that ends with %i', async (code) => {
    const heart = await openHeart();
    heart.engine.program(script, ending(code, 'making it'));
    heart.host.servers.create(heart.definition('s1', { install_script: script }));
    const client = heart.client();
    await heart.reach(code === 0 ? 'installed' : 'failed');
    expect(await heart.history()).toContain('making it\n');
    expect(client.text).toContain('making it\n');
    nothingLeft(heart);
    if (code !== 0) expect(heart.host.servers.get('s1')?.install_error).toContain(`exit code ${code}`);
  });

  it('of a server that is deleted in the very moment of its creation leaves nothing, and its id is free', async () => {
    const heart = await openHeart();
    heart.engine.program(script, untilSignal);
    for (let round = 0; round < 2; round += 1) {
      heart.host.servers.create(heart.definition('s1', { install_script: script }));
      await heart.host.servers.remove('s1');
      nothingLeft(heart);
      expect(heart.host.servers.get('s1')).toBeNull();
    }
  });

  it('F15 of a script, command, stop command and pattern with the line ends of Windows is as without', async () => {
    const heart = await openHeart();
    heart.engine.program('set -e\nmake it', ending(0, 'made'));
    heart.engine.program('run "a b"', async ({ print, readLine }) => {
      print('ready\n');
      while ((await readLine()) !== 'stop') {}
      return 0;
    });
    await heart.create({
      install_script: 'set -e\r\nmake it\r',
      startup_command: 'run "a b"\r',
      start_pattern: 'ready\r\n',
      stop: { command: 'stop\r\n', timeout: 30 },
    });
    heart.power('start');
    await heart.reach('running');
    heart.power('stop');
    await heart.reach('exit');
    expect(await heart.history()).toBe('made\nready\n');
    expect(heart.host.servers.get('s1')?.last_exit).toMatchObject({ code: 0 });
  });

  it('pulls the image that is not here, telling how far it is', async () => {
    const heart = await openHeart();
    heart.engine.images.publish(missing);
    const client = heart.client();
    await heart.create({ image: missing });
    expect(client.events.some((one) => one.event === 'progress' && one.data.phase === 'pull')).toBe(true);
    await expectUsable(heart);
  });

  it('fails where the image is neither here nor to be had, and works once it is', async () => {
    const heart = await openHeart();
    heart.host.servers.create(heart.definition('s1', { image: missing }));
    await heart.reach('failed');
    expect(() => heart.power('start')).toThrow(LightdeckError);
    heart.engine.images.publish(missing);
    heart.host.servers.reinstall('s1', { updated_at: 2 }, 'test');
    await heart.reach('installed');
    await expectUsable(heart);
  });

  it.each(['', 'root', '0:0'])('of an image whose user is %j gives the volume to nobody', async (user) => {
    const heart = await openHeart();
    heart.engine.images.publish(missing, { user });
    await heart.create({ image: missing });
    expect(heart.engine.book.count('create')).toBe(0);
  });

  it('of an image with a user of its own gives the volume to it, as root', async () => {
    const heart = await openHeart();
    heart.engine.images.publish(missing, { user: 'steam' });
    heart.engine.program('exec chown -R "$LIGHTDECK_OWNER" .', ({ spec, print }) => {
      print(`${spec.user} gives it to ${spec.environment.LIGHTDECK_OWNER}\n`);
      return 0;
    });
    await heart.create({ image: missing });
    expect(await heart.history()).toContain('0 gives it to steam\n');
    nothingLeft(heart);
  });

  it('that can not give the volume away warns, and goes on', async () => {
    const heart = await openHeart();
    heart.engine.images.publish(missing, { user: 'steam' });
    heart.engine.program('exec chown -R "$LIGHTDECK_OWNER" .', ending(127));
    const client = heart.client();
    await heart.create({ image: missing });
    expect(client.messages.join('\n')).toContain('Warning');
    await expectUsable(heart);
  });

  it('goes on as long as its script does, and takes no power action meanwhile', async () => {
    const heart = await openHeart();
    heart.engine.program(script, untilSignal);
    heart.host.servers.create(heart.definition('s1', { install_script: script }));
    await heart.clock.run(60_000);
    expect(heart.state()).toBe('installing');
    expect(() => heart.power('kill')).toThrow(LightdeckError);
    expect(() => heart.power('start')).toThrow(LightdeckError);
  });

  it.each(['create', 'attach', 'start', 'inspect'] as const)(
    'that the engine refuses at %s fails with its words',
    async (method) => {
      const heart = await openHeart();
      heart.engine.program(script, ending(0));
      heart.host.servers.create(heart.definition('s1', { install_script: script }));
      const refusal = new LightdeckError('engine_refused', 'The engine says no.');
      const relent = heart.engine.book.fail(method, refusal, { times: 3 });
      await heart.reach('failed');
      expect(heart.host.servers.get('s1')?.install_error).toContain('The engine says no.');
      await heart.clock.run(5_000);
      nothingLeft(heart);
      relent();
      heart.host.servers.reinstall('s1', { updated_at: 2 }, 'test');
      await heart.reach('installed');
      await expectUsable(heart);
    },
  );
});

const steps: EngineMethod[] = ['pull', 'imageFacts', 'create', 'attach', 'start'];

describe.each(steps)('an install held up at %s', (method) => {
  async function heldUp() {
    const heart = await openHeart();
    heart.engine.program(script, ending(0, 'making it'));
    const gate = heart.engine.book.hold(method);
    heart.host.servers.create(heart.definition('s1', { install_script: script }));
    await gate.reached;
    await heart.clock.settle();
    return { heart, gate };
  }

  it('the server is deleted: nothing is left, and its id is free', async () => {
    const { heart, gate } = await heldUp();
    const removed = heart.host.servers.remove('s1');
    await heart.clock.settle();
    gate.release();
    await removed;
    await heart.clock.run(5_000);
    expect(heart.host.servers.get('s1')).toBeNull();
    nothingLeft(heart);
    await heart.create();
    await expectUsable(heart);
  });

  it.each(['restartHost', 'killHost'] as const)(
    '%s: the next host begins it again, and ends it',
    async (end) => {
      const { heart, gate } = await heldUp();
      const client = heart.client();
      await heart.clock.settle();
      expect(client.messages.join('\n')).not.toContain('another try');
      await heart[end](() => gate.release());
      await heart.reach('installed');
      await heart.clock.run(5_000);
      nothingLeft(heart);
      await expectUsable(heart);
    },
  );

  it.each(['restartHost', 'killHost'] as const)(
    'G11 %s: that it is another try is said, also by a failure',
    async (end) => {
      const { heart, gate } = await heldUp();
      heart.engine.program(script, ending(1));
      const next = heart.engine.book.hold('pull');
      await heart[end](() => gate.release());
      const client = heart.client();
      await heart.clock.settle();
      next.release();
      await heart.reach('failed');
      expect(heart.host.servers.get('s1')?.install_error).toContain('this is another try');
      expect(client.messages.join('\n')).toContain('this is another try');
      heart.engine.program(script, ending(1));
      heart.host.servers.reinstall('s1', { updated_at: 2 }, 'test');
      await heart.reach('failed');
      expect(heart.host.servers.get('s1')?.install_error).not.toContain('another try');
    },
  );

  it('G11 its server could not be deleted: it begins again, and says so', async () => {
    const { heart, gate } = await heldUp();
    const client = heart.client();
    const refusal = new LightdeckError('engine_refused', 'The engine says no.');
    heart.engine.book.fail('inspect', refusal, { target: install });
    const removed = heart.host.servers.remove('s1').catch((error: unknown) => error);
    await heart.clock.settle();
    gate.release();
    await heart.clock.run(15_000);
    expect(await removed).toBe(refusal);
    await heart.reach('installed');
    expect(client.messages.join('\n')).toContain('this is another try');
  });

  it('the engine goes away: it fails in words, and can be done again', async () => {
    const { heart, gate } = await heldUp();
    await heart.engine.lose();
    gate.release();
    await heart.clock.run(5_000);
    expect(heart.state()).toBe('failed');
    await heart.engine.restore();
    await heart.clock.run(1_000);
    heart.host.servers.reinstall('s1', { updated_at: 2 }, 'test');
    await heart.reach('installed');
    await expectUsable(heart);
  });
});

describe('a reinstall', () => {
  it('keeps the console, removes the old container, and is as a first install', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    heart.power('stop');
    await heart.reach('exit');
    heart.host.servers.reinstall('s1', { updated_at: 2 }, 'test');
    expect(heart.state()).toBe('installing');
    await heart.reach('installed');
    expect(heart.engine.find('lightd-s1')).toBeNull();
    expect(await heart.history()).toContain('ready\n');
    await expectUsable(heart);
  });

  it('of what runs is refused and changes nothing', async () => {
    const heart = await openHeart();
    heart.program(shell);
    await heart.createRunning();
    expect(() => heart.host.servers.reinstall('s1', { updated_at: 2 }, 'test')).toThrow(LightdeckError);
    expect(heart.state()).toBe('running');
    await expectTruth(heart);
  });
});
