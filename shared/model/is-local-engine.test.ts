import { expect, test } from 'vitest';
import { isLocalEngine } from './is-local-engine.ts';

test.each([
  ['unix:///var/run/docker.sock', true],
  ['npipe:////./pipe/docker_engine', true],
  ['tcp://127.0.0.1:2375', true],
  ['tcp://localhost:2375', true],
  ['tcp://[::1]:2375', true],
  ['tcp://10.0.0.9:2376', false],
  ['tcp://docker.example:2376', false],
  ['tcp://[fe80::1]:2375', false],
])('%s: %s', (endpoint, expected) => {
  const info = { kind: 'docker' as const, version: '', api_version: '', source: '', tried: [] };
  expect(isLocalEngine({ status: 'up', endpoint, ...info })).toBe(expected);
});

test('no engine yet: as if it were here', () => {
  expect(isLocalEngine({ status: 'connecting', tried: [] })).toBe(true);
});
