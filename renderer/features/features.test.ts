import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Scope } from '../../shared/scopes.ts';
import { summary } from '../state/servers.test-helper.ts';
import { commandSources } from './commands.ts';
import type { CommandContext, PaletteCommand } from './feature.ts';
import { pages } from './pages.ts';
import { serverTabs, tabsFor } from './server-tabs.ts';

const may = (): boolean => true;
const commandsFor = (context: Partial<CommandContext>): PaletteCommand[] =>
  commandSources.flatMap((source) =>
    source({
      servers: [],
      host: null,
      isDesktop: false,
      permission: { may, isBound: false },
      setTheme: () => {},
      ...context,
    }),
  );
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

  it('each page is found, and nobody signs out of the desktop app', () => {
    const ids = (isDesktop: boolean): string[] => commandsFor({ isDesktop }).map(({ id }) => id);
    expect(ids(false)).toEqual(expect.arrayContaining(pages.map(({ id }) => `page:${id}`)));
    expect(ids(false)).toContain('sign-out');
    expect(ids(true)).not.toContain('sign-out');
  });
});
