import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { internalIdSchema } from '../../shared/model/server.ts';
import { anyCharacter } from '../../tests/support/any-character.ts';
import { linkIn, parseDeepLink, registersLinks } from './deep-links.ts';

const longest = 'x'.repeat(64);

describe('a link', () => {
  test.each([
    ['lightdeck://overview', '/'],
    ['lightdeck://overview/', '/'],
    ['LightDeck://new', '/new'],
    ['lightdeck://servers/my.server_1-a', '/servers/my.server_1-a'],
    ['lightdeck://servers/A/', '/servers/A'],
    ['lightdeck://servers/A/console', '/servers/A/console'],
    ['lightdeck://servers/A/files', '/servers/A/files'],
    ['lightdeck://servers/A/network/', '/servers/A/network'],
    ['lightdeck://servers/A/settings', '/servers/A/settings'],
    ['lightdeck://servers/start/activity', '/servers/start/activity'],
    ['lightdeck://servers/A/game', '/servers/A/game'],
    [
      'lightdeck://import?url=https://eggs.example/a/egg.json',
      '/new/import?url=https%3A%2F%2Feggs.example%2Fa%2Fegg.json',
    ],
    [
      'lightdeck://import/?url=https%3A%2F%2Feggs.example%2Fegg.json%3Fa%3D1%26b%3D2',
      '/new/import?url=https%3A%2F%2Feggs.example%2Fegg.json%3Fa%3D1%26b%3D2',
    ],
    [`lightdeck://servers/${longest}/activity`, `/servers/${longest}/activity`],
  ])('%s leads to %s', (link, path) => {
    expect(parseDeepLink(link)).toEqual({ path });
  });

  test.each(['start', 'stop', 'restart'])('asks to %s', (ask) => {
    expect(parseDeepLink(`lightdeck://servers/a.b/${ask}`)).toEqual({ ask, serverId: 'a.b' });
  });

  test.each([
    '',
    'lightdeck:',
    'lightdeck://',
    'lightdeck:///',
    'lightdeck:new',
    'lightdeck:/new',
    'lightdeck:///new',
    'lightdeck://import',
    'lightdeck://import?url=',
    'lightdeck://import?url=http://eggs.example/egg.json',
    'lightdeck://import?url=file:///etc/passwd',
    'lightdeck://import?url=https://me:secret@eggs.example/',
    'lightdeck://import?url=https://a.example&run=1',
    'lightdeck://import?url=%',
    'lightdeck://import?url=javascript:alert(1)',
    `lightdeck://import?url=https://a.example/${'x'.repeat(3000)}`,
    'lightdeck://NEW',
    'lightdeck://constructor',
    'lightdeck://__proto__',
    'lightdeck://servers',
    'lightdeck://servers/',
    'lightdeck://servers//',
    'lightdeck://servers//console',
    'lightdeck://servers/.',
    'lightdeck://servers/..',
    'lightdeck://servers/../new',
    'lightdeck://servers/a/../b',
    'lightdeck://servers/a/./console',
    'lightdeck://servers/a/kill',
    'lightdeck://servers/a/START',
    'lightdeck://servers/a/console//',
    'lightdeck://servers/a/console/b',
    'lightdeck://servers/a%2fstart',
    'lightdeck://servers/a/%63onsole',
    'lightdeck://servers\\a',
    'lightdeck://servers/a\\start',
    'lightdeck://servers/a?x=1',
    'lightdeck://servers/a#pair=x',
    'lightdeck://servers:80/a',
    'lightdeck://user@servers/a',
    'lightdeck://user:word@new',
    'lightdeck://new\n',
    'lightdeck://new\0',
    'lightdeck://new ',
    ' lightdeck://new',
    'lightdeck://servers/a\n/start',
    'lightdeck://servers/\u0430',
    'lightdeck://servers/\uff0e\uff0e',
    'lightdeck://servers/a\u202e',
    'lightdec\u212a://new',
    `lightdeck://servers/${longest}x`,
    `lightdeck://servers/${'a/'.repeat(100_000)}`,
    'https://servers/a',
    'javascript://servers/a',
    'lightdeck.evil://new',
    'app://local/servers/a',
  ])('%j is none', (link) => {
    expect(parseDeepLink(link)).toBeNull();
  });

  const piece = fc.oneof(
    fc.constantFrom('servers', 'new', 'overview', 'start', 'console', '/', '//', '..', '.', '%2e', '%2F'),
    fc.constantFrom('@', ':', '?', '#', '\\', '\0', '\n', ' ', 'K', 'ı', 'a', 'lightdeck://'),
    fc.string({ unit: anyCharacter, maxLength: 8 }),
  );
  const hostile = fc.array(piece, { maxLength: 8 }).map((pieces) => `lightdeck://${pieces.join('')}`);

  test('leads nowhere else, whatever is in it', () => {
    const known =
      /^\/$|^\/new$|^\/servers\/([A-Za-z0-9_.-]{1,64})(\/(console|files|network|settings|activity))?$/;
    fc.assert(
      fc.property(hostile, (link) => {
        const found = parseDeepLink(link);
        if (found === null) return;
        if ('ask' in found) {
          expect(internalIdSchema.safeParse(found.serverId).success).toBe(true);
          expect(link.replace(/\/$/, '')).toBe(`lightdeck://servers/${found.serverId}/${found.ask}`);
          return;
        }
        const id = known.exec(found.path)?.[1];
        expect(found.path).toMatch(known);
        if (id !== undefined) expect(internalIdSchema.safeParse(id).success).toBe(true);
        // As the page's own router sees it: nothing in it climbs or is decoded.
        expect(new URL(found.path, 'app://local').pathname).toBe(found.path);
      }),
      { numRuns: 2000 },
    );
  });

  test('names each id that a server can have', () => {
    const id = fc
      .stringMatching(/^[A-Za-z0-9_.-]{1,64}$/)
      .filter((one) => internalIdSchema.safeParse(one).success);
    fc.assert(
      fc.property(id, (one) => {
        expect(parseDeepLink(`lightdeck://servers/${one}`)).toEqual({ path: `/servers/${one}` });
      }),
    );
  });
});

test('a link is found on the command line, the first one alone', () => {
  expect(linkIn(['app', '--no-sandbox', '--', 'lightdeck://new', 'lightdeck://overview'])).toEqual({
    path: '/new',
  });
  expect(linkIn(['app', '.', 'LIGHTDECK://new'])).toEqual({ path: '/new' });
  expect(linkIn(['app', 'lightdeck://bad/one', 'lightdeck://new'])).toBeNull();
  expect(linkIn(['lightdeck://new'])).toBeNull();
  expect(linkIn(['app', '--link=lightdeck://new'])).toBeNull();
  expect(linkIn([])).toBeNull();
});

test.each([
  ['linux', false],
  ['win32', true],
  ['darwin', true],
] as const)('on %s the app asks for its links itself: %s', (platform, does) => {
  expect(registersLinks(platform)).toBe(does);
});
