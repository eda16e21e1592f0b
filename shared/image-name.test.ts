import { expect, test } from 'vitest';
import { movingTag, shortDigest } from './image-name.ts';

test.each([
  ['itzg/minecraft-server', 'latest'],
  ['registry.example:5000/game', 'latest'],
  ['cm2network/steamcmd:latest', 'latest'],
  ['ryshe/terraria:vanilla-latest', 'vanilla-latest'],
  ['factoriotools/factorio:stable', 'stable'],
  ['registry.example:5000/game:edge', 'edge'],
  ['teamspeak:3.13', null],
  ['ghcr.io/luanti-org/luanti:5.13.0', null],
  [`itzg/minecraft-server@sha256:${'a'.repeat(64)}`, null],
  [`itzg/minecraft-server:latest@sha256:${'a'.repeat(64)}`, null],
])('B21 %s: its tag that names no version is %s', (image, tag) => {
  expect(movingTag(image)).toBe(tag);
});

test('a digest is told by its beginning, with its name or without', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  expect([digest, `game@${digest}`].map(shortDigest)).toEqual(['0123456789ab', '0123456789ab']);
});
