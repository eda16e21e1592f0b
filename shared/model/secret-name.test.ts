import { expect, test } from 'vitest';
import { isSecretName } from './secret-name.ts';

test.each([
  'RCON_PASSWORD',
  'RCONPASSWORD',
  'DB_PASS',
  'API_KEY',
  'apiKey',
  'GITHUB_TOKEN',
  'client-secret',
  'KEY',
])('%s looks secret', (name) => expect(isSecretName(name)).toBe(true));

test.each(['', 'MOTD', 'MONKEYS', 'KEYBOARD', 'PASSENGERS', 'COMPASS', 'AUTHOR', 'LEVEL'])(
  '%s does not',
  (name) => expect(isSecretName(name)).toBe(false),
);
