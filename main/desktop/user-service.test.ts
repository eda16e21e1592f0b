import { expect, test } from 'vitest';
import type { Asked } from './tray-host.ts';
import { UserService } from './user-service.ts';

/** A service manager that knows what was switched on, and refuses what it is told to. */
function manager({ refuses = '', enabled = false, running = true } = {}) {
  const said: string[] = [];
  const run = async (program: string, args: readonly string[]): Promise<Asked> => {
    const words = [program, ...args].filter((word) => !word.startsWith('--')).join(' ');
    said.push(words);
    if (refuses !== '' && words.includes(refuses)) return { is: 'failed' };
    if (words.includes('show-environment')) return running ? { is: 'answer', text: 'A=b' } : { is: 'failed' };
    if (words.includes('is-enabled')) return enabled ? { is: 'answer', text: '' } : { is: 'failed' };
    if (words.includes('systemctl enable')) enabled = true;
    if (words.includes('systemctl disable')) enabled = false;
    return { is: 'answer', text: '' };
  };
  return { said, run };
}

const service = (
  run: ReturnType<typeof manager>['run'],
  {
    platform = 'linux',
    otherDataDir = null,
    isPackaged = true,
  }: { platform?: NodeJS.Platform; otherDataDir?: string | null; isPackaged?: boolean } = {},
) => new UserService({ platform, otherDataDir, run, exists: () => isPackaged });

test.each([
  ['Windows', { platform: 'win32' }],
  ['macOS', { platform: 'darwin' }],
  ['another data folder than the service’s', { otherDataDir: '/srv/games' }],
  ['a package without the unit', { isPackaged: false }],
] as const)('%s has none, and nobody is asked', async (_name, where) => {
  const { said, run } = manager({ enabled: true });
  expect(await service(run, where).state()).toBe('unavailable');
  expect(await service(run, where).begin()).toBe(false);
  expect(said).toEqual([]);
});

test('a user without a service manager has none', async () => {
  const { run } = manager({ running: false });
  expect(await service(run).state()).toBe('unavailable');
  await expect(service(run).set(true)).rejects.toThrow(/no service manager/);
});

test('switched on, it outlives the log-out and is started by the app’s next start; switched off, it ends', async () => {
  const { said, run } = manager();
  const one = service(run);
  expect([await one.state(), await one.begin()]).toEqual(['off', false]);
  said.length = 0;
  await one.set(true);
  expect(said.slice(2)).toEqual(['loginctl enable-linger', 'systemctl enable lightdeck.service']);
  expect([await one.state(), await one.begin()]).toEqual(['on', true]);
  expect(said.at(-1)).toBe('systemctl start lightdeck.service');
  await one.set(false);
  expect(said.at(-1)).toBe('systemctl disable lightdeck.service');
  expect(await one.state()).toBe('off');
});

test.each([
  ['enable-linger', true, /enable-linger YOUR-NAME/],
  ['systemctl enable', true, /could not be switched on/],
  ['systemctl disable', false, /could not be switched off/],
])('a system that refuses %s is told of', async (refuses, on, message) => {
  const { run } = manager({ refuses });
  await expect(service(run).set(on)).rejects.toThrow(message);
});

test('a service that doesn’t start is not waited for: the app runs the host itself', async () => {
  const { run } = manager({ refuses: 'systemctl start', enabled: true });
  expect(await service(run).begin()).toBe(false);
});
