import { describe, expect, it } from 'vitest';
import { type Heart, openHeart } from '../support/heart.ts';
import type { HeartClient } from '../support/heart-client.ts';
import { shell } from './checks.ts';

const notSent = (client: HeartClient): string[] =>
  client.messages.filter((text) => text.includes('not sent')).map((text) => text.replace(/^Error: /, ''));

/** A server that runs, on a host that has begun anew and has its answer about it not yet; a viewer has typed meanwhile. */
async function typedWhileUnknown(heart: Heart, meanwhile: () => unknown = () => {}) {
  heart.program(shell);
  await heart.createRunning({ restart_policy: 'no' });
  const gate = heart.engine.book.hold('inspect', { target: heart.container().id });
  await heart.restartHost(meanwhile);
  await gate.reached;
  expect(heart.state()).toBe('unknown');
  const client = heart.client('s1', 'after=0');
  client.send({ event: 'send_command', command: 'one\n' });
  client.send({ event: 'send_command', command: 'two\n' });
  await heart.clock.settle();
  return { client, gate };
}

describe('S12 what is typed while it is only being found out whether the server runs', () => {
  it('goes to the program, in order and once, when it turns out to run', async () => {
    const heart = await openHeart();
    const { client, gate } = await typedWhileUnknown(heart);
    expect(notSent(client)).toEqual([]);
    gate.release();
    await heart.reach('running');
    client.send({ event: 'send_command', command: 'three\n' });
    await heart.clock.run(5_000);
    expect(await heart.history()).toBe('ready\n> one\n> two\n> three\n');
    expect(notSent(client)).toEqual([]);
  });

  it('is told as not sent when it turns out not to run', async () => {
    const heart = await openHeart();
    const { client, gate } = await typedWhileUnknown(heart, () =>
      heart.outside.kill(heart.container().id, 'SIGKILL'),
    );
    gate.release();
    await heart.reach('exit');
    expect(notSent(client)).toEqual(["what was typed was not sent: the server isn't running"]);
    heart.power('start');
    await heart.reach('running');
    await heart.clock.run(1_000);
    expect(await heart.history()).not.toContain('> one');
  });

  it('is told as not sent when the engine is lost before it has said so, and does not come late', async () => {
    const heart = await openHeart();
    const { client, gate } = await typedWhileUnknown(heart);
    await heart.engine.lose();
    gate.release();
    await heart.clock.settle();
    expect(notSent(client)).toEqual(['what was typed was not sent: the engine stopped answering']);
    client.send({ event: 'send_command', command: 'four\n' });
    await heart.clock.settle();
    expect(notSent(client).at(-1)).toBe(
      "the command was not sent: the engine doesn't answer, so it isn't known whether the server runs",
    );
    await heart.engine.restore();
    await heart.reach('running');
    await heart.clock.run(5_000);
    expect(await heart.history()).toBe('ready\n');
  });

  it('for a remote console is refused in words that are true', async () => {
    const heart = await openHeart();
    heart.program(shell);
    const console = { kind: 'rcon', port: 27_015, password: 'PASSWORD' } as const;
    await heart.createRunning({ restart_policy: 'no', console });
    const gate = heart.engine.book.hold('inspect', { target: heart.container().id });
    await heart.restartHost();
    await gate.reached;
    expect(() => heart.host.servers.sendCommand('s1', 'one\n')).toThrow(/only being found out/);
    gate.release();
    await heart.reach('running');
  });
});
