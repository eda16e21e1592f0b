import { describe, expect, it } from 'vitest';
import { openHeart } from '../support/heart.ts';
import { expectTruth } from './checks.ts';
import { talk, talked } from './viewer.ts';

describe('C8 a stream that can not be what it should', () => {
  const nonsense: { title: string; bytes: Buffer }[] = [
    { title: 'a header of another kind', bytes: Buffer.from('0700000000000005', 'hex') },
    { title: 'a length beyond belief', bytes: Buffer.from('01000000ffffffff', 'hex') },
    { title: 'text without frames', bytes: Buffer.from('hello, I am no frame at all') },
  ];
  it.each(nonsense)('$title: the console is connected anew, nothing is lost', async ({ bytes }) => {
    const heart = await openHeart();
    heart.program(talk);
    await heart.createRunning();
    await heart.clock.run(500);
    for (const attachment of heart.container().attachments) attachment.send(bytes);
    await heart.clock.run(60_000);
    expect(await heart.history()).toBe(talked);
    await expectTruth(heart);
  });

  it("the engine's complaint: the console is connected anew, nothing is lost", async () => {
    const heart = await openHeart();
    heart.program(talk);
    await heart.createRunning();
    await heart.clock.run(500);
    for (const attachment of heart.container().attachments) attachment.complain('the log driver gave up');
    await heart.clock.run(60_000);
    expect(await heart.history()).toBe(talked);
    await expectTruth(heart);
  });
});

describe('the end of a run', () => {
  it('that the attachment missed is read from the log', async () => {
    const heart = await openHeart();
    const breakOff = (): void => heart.container().breakAttachments();
    heart.program(async ({ print, sleep }) => {
      print('first\n');
      await sleep(1_000);
      breakOff();
      print('last words\n');
      return 3;
    });
    await heart.createRunning({ restart_policy: 'no' });
    await heart.reach('exit');
    expect(await heart.history()).toBe('first\nlast words\n');
  });
});
