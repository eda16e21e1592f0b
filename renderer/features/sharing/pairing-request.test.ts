import { expect, test } from 'vitest';
import { pairBrowser } from '../../../shared/http/sharing.ts';
import { choiceProblem, leastChoice, pairingRequest } from './pairing-request.ts';

const servers = [{ internal_id: 'craft' }, { internal_id: 'valheim' }];
const parsed = (choice: Parameters<typeof pairingRequest>[0]) =>
  pairBrowser.body.parse(pairingRequest(choice));

test('B3 a link gives the least unless more is chosen: one server’s console and power, for a day', () => {
  expect(parsed(leastChoice(servers))).toEqual({
    scopes: ['containers.read', 'console.read', 'console.send', 'power'],
    containers: ['craft'],
    ttl: '1d',
  });
  expect(parsed(leastChoice([]))).toEqual({
    scopes: ['containers.read', 'console.read'],
    containers: null,
    ttl: '1d',
  });
});

test('B3 what is chosen is what is given, and all is given only to the owner’s own device', () => {
  const chosen = { ...leastChoice(servers), server: null, scopes: ['containers.read'] as const, ttl: null };
  expect(parsed(chosen)).toEqual({ scopes: ['containers.read'], containers: null, ttl: null });
  expect(parsed({ ...leastChoice(servers), whose: 'own' })).toEqual({
    scopes: null,
    containers: null,
    ttl: null,
  });
});

test('B3 nothing at all, or nothing that could be shown, is no link', () => {
  expect(choiceProblem(leastChoice(servers))).toBeNull();
  expect(choiceProblem({ ...leastChoice(servers), scopes: [] })).toBe('nothing');
  expect(choiceProblem({ ...leastChoice(servers), scopes: ['power'] })).toBe('unseen');
  expect(choiceProblem({ ...leastChoice(servers), scopes: [], whose: 'own' })).toBeNull();
});
