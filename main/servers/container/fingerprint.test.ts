import { expect, test } from 'vitest';
import { serverDefinition } from '../../../tests/support/server-definition.ts';
import { fingerprintOf, pendingFields } from './fingerprint.ts';

const made = serverDefinition('a', {
  environment: { PASSWORD: 'hunter2', B: '1' },
  mount: { '/maps': '/srv/maps' },
});

test('what was changed since the container was made waits, and no longer when it is as it was', () => {
  const changed = { ...made, environment: { B: '2' }, tty: false, read_only_mounts: ['/maps'], name: 'new' };
  expect(pendingFields(fingerprintOf(made, 'root'), changed, 'running')).toEqual([
    'environment',
    'tty',
    'read_only_mounts',
  ]);
  const back = { ...made, environment: { B: '1', PASSWORD: 'hunter2' } };
  expect(pendingFields(fingerprintOf(made, 'root'), back, 'running')).toEqual([]);
});

test('nothing waits without a container that may live on, or where nobody knows', () => {
  const changed = { ...made, tty: false };
  for (const state of ['exit', 'installed', 'installing', 'failed'] as const)
    expect(pendingFields(fingerprintOf(made, 'root'), changed, state)).toEqual([]);
  for (const state of ['starting', 'stopping', 'unknown'] as const)
    expect(pendingFields(fingerprintOf(made, 'root'), changed, state)).toEqual(['tty']);
  expect(pendingFields(null, changed, 'running')).toEqual([]);
  expect(pendingFields({}, changed, 'running')).toEqual([]);
});

test('no secret is kept in it', () => {
  expect(JSON.stringify(fingerprintOf(made, 'root'))).not.toContain('hunter2');
});
