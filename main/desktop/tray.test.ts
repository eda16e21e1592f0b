import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { wireStates } from '../../shared/model/server.ts';
import { exit, summary } from './desktop.test-helper.ts';
import { openTray } from './tray.ts';
import { type IconImage, trayIcon, withDot } from './tray-icon.ts';
import { maxTrayServers, menuName, type TrayState, trayTemplate, trayTip } from './tray-menu.ts';

function acts() {
  const done: string[] = [];
  return {
    done,
    open: (path?: string) => void done.push(`open ${path ?? ''}`),
    power: (id: string, action: string) => void done.push(`${action} ${id}`),
    powerAll: (ids: readonly string[], action: string) => void done.push(`${action} all ${ids.join()}`),
    quit: () => void done.push('quit'),
  };
}

type Item = MenuItemConstructorOptions;
const submenu = ({ submenu }: Item): Item[] => (Array.isArray(submenu) ? submenu : []);
const labels = (items: Item[]): string[] => items.map(({ label, type }) => label ?? type ?? '');

/** Clicks as Electron would, which passes things that nobody here needs. */
function click(item: Item | undefined): void {
  const act: unknown = item?.click;
  if (typeof act !== 'function') throw new Error(`${item?.label} can't be clicked`);
  act();
}

describe('the tray’s menu', () => {
  test('has a line for each server by name, with its state and what fits it', () => {
    const does = acts();
    const servers = [
      summary({ internal_id: 'z', name: 'Zeta', state: 'running' }),
      summary({ internal_id: 'a', name: 'Alpha', state: 'exit', last_exit: exit() }),
      summary({ internal_id: 'b', name: 'Beta', state: 'exit', last_exit: exit({ wanted: true }) }),
    ];
    const menu = trayTemplate({ servers, engine: 'up' }, does);
    expect(labels(menu)).toEqual([
      'Alpha – Crashed',
      'Beta – Stopped',
      'Zeta – Running',
      'separator',
      'Start All (2)',
      'separator',
      'New Server…',
      'Settings…',
      'separator',
      'Open Lightdeck',
      'Quit Lightdeck',
    ]);
    expect(menu.slice(0, 3).map((item) => labels(submenu(item)))).toEqual([
      ['Open', 'Start'],
      ['Open', 'Start'],
      ['Open', 'Stop', 'Restart'],
    ]);
    for (const item of menu.flatMap((one) => (one.submenu ? submenu(one) : []))) click(item);
    for (const index of [4, 6, 7, -2]) click(menu.at(index));
    click(menu.at(-1));
    expect(does.done).toEqual([
      'open /servers/a',
      'start a',
      'open /servers/b',
      'start b',
      'open /servers/z',
      'stop z',
      'restart z',
      'start all a,b',
      'open /new',
      'open /settings',
      'open ',
      'quit',
    ]);
  });

  test.each(wireStates)('never kills, and says something of %s', (state) => {
    const [item] = trayTemplate({ servers: [summary({ state })], engine: 'up' }, acts());
    expect(item?.label).toMatch(/^One – [A-Z]/);
    expect(labels(submenu(item ?? {}))).not.toContain('Kill');
  });

  test('says that the host or Docker is away, or that there is nothing', () => {
    const first = (state: TrayState): Item | undefined => trayTemplate(state, acts())[0];
    expect(first({ servers: null, engine: null })).toMatchObject({ enabled: false, id: 'no-host' });
    expect(first({ servers: [summary()], engine: 'down' })).toMatchObject({
      enabled: false,
      id: 'no-engine',
    });
    expect(first({ servers: [], engine: 'up' })).toMatchObject({ enabled: false, id: 'none' });
    expect(trayTip({ servers: null, engine: null })).toMatch(/can’t be reached/);
    expect(trayTip({ servers: [summary(), summary({ state: 'exit' })], engine: 'up' })).toBe(
      'Lightdeck: 1 of 2 running',
    );
  });

  test('is bounded, and shows the way to the rest', () => {
    const does = acts();
    const servers = Array.from({ length: maxTrayServers + 3 }, (_, index) =>
      summary({ internal_id: `s${index}` }),
    );
    const menu = trayTemplate({ servers, engine: 'up' }, does);
    expect(menu.filter(({ submenu }) => submenu)).toHaveLength(maxTrayServers);
    const more = menu[maxTrayServers];
    expect(more?.label).toBe('3 more servers…');
    click(more);
    expect(does.done).toEqual(['open /']);
  });

  test.each([
    ['Tom & Jerry', 'Tom && Jerry'],
    ['two\nlines\u0000', 'two lines'],
    ['\u202eevil', 'evil'],
    ['ü😀'.repeat(30), `${'ü😀'.repeat(20).slice(0, -2)}…`],
  ])('shows the name %j as %j', (name, shown) => {
    expect(menuName(name)).toBe(shown);
  });
});

describe('the tray', () => {
  function show(everyMs: number) {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const state: { servers: TrayState['servers']; engine: TrayState['engine'] } = {
      servers: null,
      engine: null,
    };
    const menus: string[][] = [];
    const troubles: boolean[] = [];
    const clicks: (() => void)[] = [];
    let destroyed = 0;
    const does = acts();
    const tray = openTray<Item[]>({
      make: () => ({
        setContextMenu: (menu) => void menus.push(labels(menu)),
        setToolTip: () => {},
        setTrouble: (isThere) => void troubles.push(isThere),
        onClick: (listener) => void clicks.push(listener),
        destroy: () => {
          destroyed += 1;
        },
      }),
      build: (template) => template,
      state: () => state,
      acts: does,
      everyMs,
    });
    return { state, menus, troubles, clicks, does, tray, destroyed: () => destroyed };
  }

  test('is drawn when it looks different, and not more often than its time', () => {
    const { state, menus, tray, clicks, does, destroyed } = show(400);
    expect(menus).toHaveLength(1);
    vi.advanceTimersByTime(1000);
    tray.changed();
    expect(menus).toHaveLength(1);
    vi.advanceTimersByTime(1000);
    for (let count = 0; count < 50; count += 1) {
      state.servers = [summary({ name: `Name ${count}` })];
      tray.changed();
    }
    expect(menus.map(([first]) => first)).toEqual([expect.stringMatching(/host/), 'Name 0 – Running']);
    vi.advanceTimersByTime(400);
    expect(menus.at(-1)?.[0]).toBe('Name 49 – Running');
    expect(menus).toHaveLength(3);
    clicks[0]?.();
    expect(does.done).toEqual(['open ']);
    state.servers = [];
    tray.changed();
    tray.close();
    tray.close();
    vi.advanceTimersByTime(5000);
    expect(menus).toHaveLength(3);
    expect(destroyed()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('shows a trouble on its icon as long as there is one', () => {
    const { state, troubles, tray } = show(400);
    const crashed = summary({ state: 'exit', last_exit: exit() });
    for (const [servers, engine] of [
      [[summary()], 'up'],
      [[summary()], 'down'],
      [[crashed], 'up'],
      [[summary({ state: 'exit', last_exit: exit({ wanted: true }) })], 'up'],
      [[summary({ state: 'failed' })], 'up'],
    ] as const) {
      Object.assign(state, { servers, engine });
      vi.advanceTimersByTime(1000);
      tray.changed();
    }
    expect(troubles).toEqual([true, false, true, true, false, true]);
  });

  test('is drawn anew when a name goes over to another server, though it looks the same', () => {
    const { state, menus, tray } = show(400);
    vi.advanceTimersByTime(1000);
    for (const internal_id of ['a', 'b']) {
      state.servers = [summary({ internal_id })];
      tray.changed();
      vi.advanceTimersByTime(1000);
    }
    expect(menus).toHaveLength(3);
  });
});

test('the dot is red, in the lower right corner, and leaves the rest as it was', () => {
  const size = { width: 22, height: 22 };
  const marked = withDot(new Uint8Array(22 * 22 * 4).fill(9), size);
  const pixel = (x: number, y: number) => [...marked.subarray((y * 22 + x) * 4, (y * 22 + x) * 4 + 4)];
  expect(pixel(17, 17)).toEqual([0x2c, 0x2f, 0xe0, 0xff]);
  for (const [x, y] of [
    [0, 0],
    [21, 0],
    [0, 21],
    [10, 10],
  ] as const)
    expect(pixel(x, y)).toEqual([9, 9, 9, 9]);
});

interface FakeImage extends IconImage<FakeImage> {}

/** A file of an image, and all that was done with it. */
function fakeImages(isEmpty: boolean) {
  const done: string[] = [];
  const image: FakeImage = {
    isEmpty: () => isEmpty,
    resize: ({ width, height }) => {
      done.push(`${width}×${height}`);
      return image;
    },
    setTemplateImage: () => void done.push('template'),
  };
  const createFromPath = (path: string): FakeImage => {
    done.push(path);
    return image;
  };
  return { createFromPath, done };
}

test.each([
  ['darwin', ['i.png', '18×18', 'template']],
  ['win32', ['i.png', '16×16']],
  ['linux', ['i.png', '22×22']],
] as const)('on %s the icon is its file as a tray wants it: %j', (platform, expected) => {
  const images = fakeImages(false);
  expect(trayIcon(images, 'i.png', platform)).toBeDefined();
  expect(images.done).toEqual(expected);
});

test('without its file there is no icon, and the file is named', () => {
  expect(() => trayIcon(fakeImages(true), '/gone.png', 'linux')).toThrow('/gone.png');
});
