import { expect, test } from 'vitest';
import { serverDefinition } from '../../../tests/support/server-definition.ts';
import { machineConfig, newStoredServer, restoreMachine, storeMachine } from './restore.ts';
import type { MachineState, Phase } from './state.ts';
import { transition } from './transition.ts';

const boot = 'this boot';
const stored = newStoredServer(serverDefinition('a'), boot);

function afterRestart(phase: Phase, wanted: MachineState['wanted']): MachineState {
  const state = { phase, wanted, everStarted: true, crashes: 0, lastExit: null, startAtBoot: false };
  return restoreMachine(storeMachine(stored, state, boot), boot);
}

test.each<[Phase, MachineState['wanted'], Phase]>([
  [{ name: 'installing' }, 'stopped', { name: 'installing' }],
  [{ name: 'failed' }, 'stopped', { name: 'failed' }],
  [
    { name: 'running', startedAt: 5 },
    'running',
    { name: 'unknown', last: { name: 'running', startedAt: 5 } },
  ],
  [
    { name: 'stopping', action: 'stop', startedAt: 5 },
    'stopped',
    { name: 'unknown', last: { name: 'stopping', action: 'stop', startedAt: 5 } },
  ],
  [
    { name: 'stopping', action: 'restart', startedAt: 5 },
    'running',
    { name: 'unknown', last: { name: 'stopping', action: 'restart', startedAt: 5 } },
  ],
  [
    { name: 'offline', pending: null },
    'stopped',
    { name: 'unknown', last: { name: 'offline', pending: null } },
  ],
])('%j, wanted %s, is %j for the next host', (phase, wanted, expected) => {
  expect(afterRestart(phase, wanted).phase).toEqual(expected);
});

test('S13 a restart whose stop ended while no host was there is finished by the next one', () => {
  const state = afterRestart({ name: 'stopping', action: 'restart', startedAt: 5 }, 'running');
  const exit = {
    at: 9,
    code: 0,
    oom: false,
    outsideSignal: null,
    engineWasAway: false,
    memoryKilledAt: null,
    fault: null,
  };
  const event = { type: 'engine-back', observed: { kind: 'exited', exit } } as const;
  const result = transition(state, event, machineConfig(stored.definition));
  expect('effects' in result && result.effects).toContainEqual({ type: 'schedule-restart', ms: 0 });
});
