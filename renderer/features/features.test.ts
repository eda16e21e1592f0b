import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Scope } from '../../shared/scopes.ts';
import { summary } from '../state/servers.test-helper.ts';
import { commandSources, lateCommandSources } from './commands.ts';
import type { CommandContext, PaletteCommand } from './feature.ts';
import { gameCommands } from './new-server/game-commands.ts';
import { pages } from './pages.ts';
import { groupsFor } from './palette/ranked.ts';
import { serverTabs, tabsFor } from './server-tabs.ts';

const may = (): boolean => true;
const nothing: CommandContext = {
  servers: [],
  host: null,
  isDesktop: false,
  permission: { may, isBound: false },
  setTheme: () => {},
  place: '/',
};
const commandsFor = (context: Partial<CommandContext>): PaletteCommand[] =>
  commandSources.flatMap((source) => source({ ...nothing, ...context }));
const unique = (ids: readonly string[]): boolean => new Set(ids).size === ids.length;

describe('what features give', () => {
  beforeEach(() => {
    vi.stubGlobal('window', { location: { protocol: 'http:', hostname: 'host.lan' } });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('pages and tabs have names of their own, and pages one part of an address each', () => {
    expect(unique(pages.map(({ id }) => id))).toBe(true);
    expect(unique(pages.map(({ path }) => path))).toBe(true);
    expect(pages.every(({ path }) => /^\/[a-z-]*$/.test(path))).toBe(true);
    expect(unique(serverTabs.map(({ id }) => id))).toBe(true);
  });

  it('a token is offered the tabs that it may have something of', () => {
    const mayRead = (scope: Scope): boolean => scope === 'containers.read';
    expect(tabsFor(may, 'a')).toEqual(serverTabs);
    const ids = tabsFor(mayRead, 'a').map(({ id }) => id);
    expect(ids).toContain('settings');
    expect(ids).not.toContain('files');
    const found = commandsFor({
      servers: [summary('a')],
      permission: { may: mayRead, isBound: false },
    }).map(({ id }) => id);
    expect(found).toContain('settings:a');
    expect(found).not.toContain('files:a');
    // I4: nor what it can't do, and making servers takes more than that.
    expect(found).not.toContain('stop:a');
    expect(found).not.toContain('page:newServer');
  });

  it('I4 a token for some servers alone is not offered to make one', () => {
    const ids = (isBound: boolean) => commandsFor({ permission: { may, isBound } }).map(({ id }) => id);
    expect(ids(false)).toContain('page:newServer');
    expect(ids(true)).not.toContain('page:newServer');
  });

  it('the palette finds what a state allows, and asks before a kill, which comes last', () => {
    const running = commandsFor({ servers: [summary('a')] });
    const ids = running.map(({ id }) => id);
    expect(unique(ids)).toBe(true);
    expect(ids).toContain('stop:a');
    expect(ids).not.toContain('start:a');
    const ofServer = running.filter(({ id }) => id.endsWith(':a') && !id.startsWith('open:'));
    const kill = ofServer.at(-1);
    expect(kill?.id).toBe('kill:a');
    expect(kill?.action).toHaveProperty('question');
    expect(ofServer.filter(({ action }) => 'question' in action)).toHaveLength(1);
    expect(commandsFor({ servers: [summary('a', { state: 'exit' })] }).map(({ id }) => id)).toContain(
      'start:a',
    );
  });

  it('the palette knows the settings of servers, and each field of the one whose page is open', () => {
    const servers = [summary('a'), summary('b')];
    const found = commandsFor({ servers, place: '/servers/a/console' });
    const ids = found.map(({ id }) => id);
    expect(unique(ids)).toBe(true);
    expect(ids).toEqual(
      expect.arrayContaining(['setting:a:limits', 'setting:b:limits', 'setting:a:limits:memory']),
    );
    expect(ids).not.toContain('setting:b:limits:memory');
    expect(groupsFor(found, 'memory', [])[0]?.commands[0]).toMatchObject({
      label: 'Memory',
      action: { to: '/servers/a/settings/limits/memory' },
    });
    const blind = commandsFor({
      servers,
      permission: { may: (scope) => scope === 'console.read', isBound: false },
    });
    expect(blind.filter(({ kind }) => kind === 'settings')).toEqual([]);
    // Of many servers only what is looked at.
    const many = Array.from({ length: 200 }, (_, index) => summary(`s${index}`));
    expect(commandsFor({ servers: many }).filter(({ kind }) => kind === 'settings')).toEqual([]);
  });

  it('a new server of each game is found by whoever may make one; files and schedules where a server is open', async () => {
    expect(gameCommands().map(({ label }) => label)).toContain('New server: Minecraft: Java Edition');
    const late = (context: Partial<CommandContext>) =>
      lateCommandSources.map((source) => source({ ...nothing, ...context })?.key[0] ?? null);
    expect(late({})).toEqual(['new server', null, null]);
    expect(late({ permission: { may, isBound: true } })).toEqual([null, null, null]);
    const servers = [summary('a')];
    expect(late({ servers, place: '/servers/a/files/world' })).toEqual(['new server', 'live', 'files']);
    const permission = { may: (scope: Scope) => scope === 'console.read', isBound: false };
    expect(late({ servers, place: '/servers/a', permission })).toEqual([null, null, null]);
  });

  it('each page is found, and nobody signs out of the desktop app', () => {
    const ids = (isDesktop: boolean): string[] => commandsFor({ isDesktop }).map(({ id }) => id);
    expect(ids(false)).toEqual(expect.arrayContaining(pages.map(({ id }) => `page:${id}`)));
    expect(ids(false)).toContain('sign-out');
    expect(ids(true)).not.toContain('sign-out');
  });
});
