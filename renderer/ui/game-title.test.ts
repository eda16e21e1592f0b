import { afterAll, beforeAll, expect, test } from 'vitest';
import host from '../../shared/texts/host.de.json';
import { speak } from '../../shared/texts/messages.ts';
import { gameTitle } from './game-title.ts';

beforeAll(() => speak({ locale: 'de-DE', rooms: { host } }));
afterAll(() => speak({ locale: 'en', rooms: null }));

test('in German a game has its German name, what somebody has called stays', () => {
  expect(gameTitle({ id: 'minecraft-modpack', title: 'Minecraft modpack · cobblemon' })).toBe(
    'Minecraft-Modpack · cobblemon',
  );
  expect(gameTitle({ id: 'rust', title: 'Rust' })).toBe('Rust');
  expect(gameTitle({ id: null, title: 'An egg without a name' })).toBe('Ein Egg ohne Namen');
  expect(gameTitle({ id: null, title: 'Voice' })).toBe('Voice');
});
