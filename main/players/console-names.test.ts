import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { templateSchema } from '../../shared/templates/template.ts';
import { cleanName } from './clean-name.ts';
import { ConsoleNames } from './console-names.ts';

const games = join(import.meta.dirname, '../../shared/templates/games');

function namesOf(game: string): ConsoleNames {
  const { players } = templateSchema.parse(JSON.parse(readFileSync(join(games, `${game}.json`), 'utf8')));
  const names = players?.console && ConsoleNames.of(players.console, () => 0);
  if (!names) throw new Error(`${game} has no lines`);
  return names;
}

const changes = (names: ConsoleNames, text: string) =>
  names.push(Buffer.from(text))?.map(({ kind, name }) => `${name} ${kind}`);

describe('the lines of the templates', () => {
  test.each([
    ['minecraft-java', '[12:00:00] [Server thread/INFO]: Ann_1 joined the game\n', ['Ann_1 join']],
    ['minecraft-java', '> [12:00:00 INFO]: Ann left the game\n', ['Ann leave']],
    [
      'minecraft-java',
      '\u001b[33m[12:00:00 INFO]: \u001b[mAnn\u001b[33m joined the game\u001b[m\n',
      ['Ann join'],
    ],
    [
      'minecraft-modpack',
      '[12:00] [Server thread/INFO] [net.minecraft.server.MinecraftServer/]: Ann joined the game\n',
      ['Ann join'],
    ],
    ['minecraft-java', '[12:00:00] [Server thread/INFO]: <Bob> x: Ann joined the game\n', []],
    ['minecraft-java', '[12:00:00 INFO]: [Bob] Ann joined the game\n', []],
    ['minecraft-java', '[12:00:00 INFO]: <Bob> [12:00:00 INFO]: Ann joined the game\n', []],
    [
      'minecraft-bedrock',
      '[2026-01-01 12:00:00:000 INFO] Player connected: Ann Lee, xuid: 123\n',
      ['Ann Lee join'],
    ],
    [
      'terraria',
      'Ann Lee has joined.\n: Ann Lee has left.\n<Bob> Ann has joined.\n',
      ['Ann Lee join', 'Ann Lee leave'],
    ],
    [
      'factorio',
      '2026-01-01 12:00:00 [JOIN] Ann joined the game\n2026-01-01 12:00:00 [CHAT] Bob: 2026-01-01 12:00:00 [LEAVE] Ann left the game\n',
      ['Ann join'],
    ],
    [
      'luanti',
      '2026-01-01 12:00:00: ACTION[Server]: Ann [127.0.0.1] joins game. List of players: Ann\n',
      ['Ann join'],
    ],
    ['luanti', '2026-01-01 12:00:00: ACTION[Server]: CHAT: <Bob> ACTION[Server]: Ann leaves game.\n', []],
  ])('%s: %j', (game, text, found) => {
    expect(changes(namesOf(game), text)).toEqual(found);
  });
});

test('a line may come in pieces, and an unfinished one is not looked at; a very long one is cut', () => {
  const names = namesOf('terraria');
  expect(changes(names, 'An')).toEqual([]);
  expect(changes(names, 'n has joi')).toEqual([]);
  expect(changes(names, 'ned.\nBob has left.')).toEqual(['Ann join']);
  expect(changes(names, '\n')).toEqual(['Bob leave']);
  for (let count = 0; count < 1000; count += 1) expect(changes(names, 'x'.repeat(10_000))).toEqual([]);
  expect(changes(names, '\nCid has joined.\n')).toEqual(['Cid join']);
});

test('a pattern that can’t be matched in bounded time is refused', () => {
  expect(ConsoleNames.of({ join: '(?=a)(\\w+) joined', leave: '(\\w+) left' }, () => 0)).toBeNull();
});

test.each([
  ['Ann', 'Ann'],
  ['  Ann \u0007\n', 'Ann'],
  ['§aAnn§r', 'Ann'],
  ['\u202eAnn\u200b', 'Ann'],
  ['\ud800', null],
  ['', null],
  ['😀'.repeat(100), '😀'.repeat(32)],
])('a name as it is shown: %j', (name, shown) => {
  expect(cleanName(name)).toBe(shown);
});
