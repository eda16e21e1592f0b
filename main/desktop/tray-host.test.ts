import { expect, test } from 'vitest';
import { preferencesSchema } from '../../shared/model/preferences.ts';
import { closeAct } from './close-act.ts';
import { runProgram } from './run-program.ts';
import { type Asked, TrayHost } from './tray-host.ts';

type Answers = Partial<Record<'gdbus' | 'busctl', string | 'fails'>>;

async function look(answers: Answers, desktop = '', platform: NodeJS.Platform = 'linux') {
  const ran: string[] = [];
  const host = new TrayHost({
    platform,
    env: { XDG_CURRENT_DESKTOP: desktop },
    run: async (program): Promise<Asked> => {
      ran.push(program);
      const answer = program === 'gdbus' ? answers.gdbus : answers.busctl;
      if (answer === undefined) return { is: 'missing' };
      return answer === 'fails' ? { is: 'failed' } : { is: 'answer', text: answer };
    },
  });
  await host.look();
  return { isThere: host.isThere, ran };
}

test.each<[string, Answers, string, boolean, string[]]>([
  ['a panel that shows them', { gdbus: '(<true>,)\n' }, 'KDE', true, ['gdbus']],
  ['a panel that shows them, to systemd', { busctl: 'b true\n' }, 'KDE', true, ['gdbus', 'busctl']],
  ['a watcher without a panel', { gdbus: '(<false>,)\n' }, '', false, ['gdbus']],
  ['stock GNOME, which has no watcher', { gdbus: 'fails' }, 'ubuntu:GNOME', false, ['gdbus']],
  ['a plain window manager', { gdbus: 'fails' }, '', false, ['gdbus']],
  ['Xfce with a tray of the older kind', { gdbus: 'fails' }, 'XFCE', true, ['gdbus']],
  ['nobody who could be asked, on MATE', {}, 'MATE', true, ['gdbus', 'busctl']],
  ['nobody who could be asked, elsewhere', {}, 'GNOME', false, ['gdbus', 'busctl']],
])('%s', async (_name, answers, desktop, isThere, ran) => {
  expect(await look(answers, desktop)).toEqual({ isThere, ran });
});

test.each(['win32', 'darwin'] as const)('%s always has one, and isn’t asked', async (platform) => {
  expect(await look({}, '', platform)).toEqual({ isThere: true, ran: [] });
});

test('a program is run for its words, and no longer than it may', async () => {
  const node = process.execPath;
  expect(await runProgram(node, ['-e', 'console.log("a b")'], 60_000)).toEqual({
    is: 'answer',
    text: 'a b\n',
  });
  expect(await runProgram(node, ['-e', 'process.exit(3)'], 60_000)).toEqual({ is: 'failed' });
  expect(await runProgram(node, ['-e', 'setInterval(() => {}, 1000)'], 1)).toEqual({ is: 'failed' });
  expect(await runProgram('/no/such/program', [], 60_000)).toEqual({ is: 'missing' });
});

test.each([
  [true, true, 'hide'],
  [true, false, 'minimize'],
  [false, true, 'close'],
  [false, false, 'close'],
] as const)('close to the tray: %s, with a tray: %s: the window is closed to %s', (wanted, hasTray, act) => {
  expect(closeAct(preferencesSchema.parse({ close_to_tray: wanted }), hasTray)).toBe(act);
});
