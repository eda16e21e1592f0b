import { expect, it } from 'vitest';
import { type ProgramContext, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';

const stop = { signal: 'SIGINT', timeout: 30 };

/** A game with a terminal runs; when its stop was asked for, this many ms go by. Says what was told of the stop. */
async function stopped(
  game: (program: ProgramContext) => void,
  { ms, tty = true, prepare }: { ms: number; tty?: boolean; prepare?: (heart: Heart) => void },
) {
  const heart = await openHeart();
  heart.program((program) => {
    game(program);
    return untilSignal();
  });
  prepare?.(heart);
  await heart.createRunning({ stop, tty });
  const client = heart.client();
  heart.power('stop');
  await heart.clock.run(ms);
  const told = (): string[] =>
    client.messages.filter((text) => /Ctrl\+C|SIGINT|SIGKILL|Container stopped/.test(text));
  return { heart, told };
}

const savesFor =
  (ms: number) =>
  ({ onSignal, print, sleep, exit }: ProgramContext): void =>
    onSignal('SIGINT', () => {
      print('saving\n');
      void sleep(ms).then(() => exit(0));
    });

it('S13 Ctrl+C is pressed in its terminal, and one that answers is left to save', async () => {
  const { heart, told } = await stopped(savesFor(10_000), { ms: 11_000 });
  expect(heart.state()).toBe('exit');
  expect(told()).toEqual(['Stopping: pressed Ctrl+C, waiting up to 30 s', 'Container stopped']);
  expect(await heart.history()).toMatch(/\^Csaving\r?\n/);
  expect(heart.engine.book.count('signal')).toBe(0);
});

it('S13 one that gives no answer gets SIGINT, too, then SIGKILL, each told', async () => {
  let heard = 0;
  const deaf = ({ rawMode, onSignal }: ProgramContext): void => {
    rawMode();
    onSignal('SIGINT', () => {
      heard += 1;
    });
  };
  const { heart, told } = await stopped(deaf, { ms: 2900 });
  expect(heard).toBe(0);
  await heart.clock.run(200);
  expect(heard).toBe(1);
  await heart.clock.run(26_000);
  expect(heart.state()).toBe('stopping');
  await heart.clock.run(1000);
  expect(heart.state()).toBe('exit');
  expect(told()).toEqual([
    'Stopping: pressed Ctrl+C, waiting up to 30 s',
    'Ctrl+C had no answer: sent SIGINT, too',
    'Not stopped within 30 s: killing it (SIGKILL)',
    'Container stopped',
  ]);
  expect(heart.host.servers.get('s1')?.last_exit).toMatchObject({ code: 137, wanted: true });
});

it('S13 one that talks on and on gets SIGINT when half of its time is over', async () => {
  const chatty = ({ rawMode, print, sleep }: ProgramContext): void => {
    rawMode();
    const talk = (): void => {
      print('tick\n');
      void sleep(500).then(talk);
    };
    talk();
  };
  const { heart, told } = await stopped(chatty, { ms: 14_500 });
  expect(heart.state()).toBe('stopping');
  await heart.clock.run(1000);
  expect(heart.state()).toBe('exit');
  expect(told()).toContain('It still runs after Ctrl+C: sent SIGINT, too');
});

it('S13 a game in the background is told by SIGINT, and its terminal is left alone', async () => {
  const { heart, told } = await stopped(savesFor(0), {
    ms: 500,
    prepare: ({ engine }) => {
      engine.isBehind = true;
    },
  });
  expect(heart.state()).toBe('exit');
  expect(told()[0]).toBe('Stopping: sent SIGINT to the game in the background, waiting up to 30 s');
  expect(await heart.history()).not.toContain('^C');
});

it('S13 without a terminal, or with a console that is not connected, it is SIGINT at once', async () => {
  const without = await stopped(savesFor(0), { ms: 500, tty: false });
  expect(without.heart.state()).toBe('exit');
  expect(without.told()[0]).toBe('Stopping: sent SIGINT, waiting up to 30 s');
});

it('S13 images without a shell have Ctrl+C as well', async () => {
  const { heart, told } = await stopped(savesFor(0), {
    ms: 500,
    prepare: ({ engine }) => {
      engine.hasShell = false;
    },
  });
  expect(heart.state()).toBe('exit');
  expect(told()[0]).toBe('Stopping: pressed Ctrl+C, waiting up to 30 s');
});

it('S13 a kill during the wait is not followed by signals', async () => {
  const { heart, told } = await stopped(({ rawMode }) => rawMode(), { ms: 1000 });
  heart.power('kill');
  await heart.reach('exit');
  heart.power('start');
  await heart.reach('running');
  await heart.clock.run(60_000);
  expect(heart.state()).toBe('running');
  expect(told().filter((text) => text.includes('too'))).toEqual([]);
});

it('S13 a restart during which Ctrl+C was answered sends nothing to the next run', async () => {
  const { heart, told } = await stopped(savesFor(0), { ms: 0 });
  await heart.reach('exit');
  heart.power('start');
  await heart.reach('running');
  heart.power('stop');
  await heart.reach('exit');
  expect(told().filter((text) => text.includes('pressed'))).toHaveLength(2);
});
