import type { ServerDefinition } from '../../../shared/model/server.ts';
import { isSameBoot } from '../../lib/boot-id.ts';
import type { StoredServer } from '../../store/contract.ts';
import type { MachineConfig, MachineState, Phase } from './state.ts';

/** A server that was just asked for, as it is first written down. */
export function newStoredServer(definition: ServerDefinition, boot: string): StoredServer {
  return {
    definition,
    install_state: 'installing',
    install_error: null,
    wanted: 'stopped',
    ever_started: false,
    container_id: null,
    run: null,
    last_exit: null,
    made_with: null,
    made_from: null,
    boot,
  };
}

export function machineConfig(definition: ServerDefinition): MachineConfig {
  return {
    hasPattern: definition.start_pattern !== null && definition.start_pattern !== '',
    restartPolicy: definition.restart_policy,
    stopTimeoutMs: definition.stop.timeout * 1000,
  };
}

/** The machine's state after a restart of the host: what was known when it was last written, unknown until the engine says more. */
export function restoreMachine(stored: StoredServer, boot: string): MachineState {
  return {
    phase: restorePhase(stored),
    wanted: stored.wanted,
    everStarted: stored.ever_started,
    crashes: 0,
    lastExit: stored.last_exit,
    startAtBoot:
      stored.definition.auto_start &&
      stored.install_state === 'installed' &&
      !(stored.boot !== null && isSameBoot(stored.boot, boot)),
  };
}

function restorePhase(stored: StoredServer): Phase {
  if (stored.install_state === 'installing') return { name: 'installing' };
  if (stored.install_state === 'failed') return { name: 'failed' };
  if (stored.run) {
    const startedAt = stored.run.started_at;
    // A stop or restart that was under way goes on; a run that was not ready yet is still watched for its pattern.
    if (stored.wanted === 'stopped')
      return { name: 'unknown', last: { name: 'stopping', action: 'stop', startedAt } };
    if (stored.run.restarting)
      return { name: 'unknown', last: { name: 'stopping', action: 'restart', startedAt } };
    if (stored.run.ready) return { name: 'unknown', last: { name: 'running', startedAt } };
    return { name: 'unknown', last: { name: 'starting', step: 'waiting', restart: false, startedAt } };
  }
  if (stored.wanted === 'running') {
    return {
      name: 'unknown',
      last: { name: 'starting', step: 'preparing', restart: false, startedAt: null },
    };
  }
  return { name: 'unknown', last: { name: 'offline', pending: null } };
}

/** What is worth writing down of a machine's state. The boot counts as seen once it is known what became of the server in it. */
export function storeMachine(stored: StoredServer, state: MachineState, boot: string): StoredServer {
  const phase = state.phase.name === 'unknown' ? state.phase.last : state.phase;
  return {
    ...stored,
    install_state:
      phase.name === 'installing' ? 'installing' : phase.name === 'failed' ? 'failed' : 'installed',
    wanted: state.wanted,
    ever_started: state.everStarted,
    run: runOf(phase),
    last_exit: state.lastExit,
    boot: state.startAtBoot ? stored.boot : boot,
  };
}

function runOf(phase: Phase): StoredServer['run'] {
  switch (phase.name) {
    case 'running':
      return { started_at: phase.startedAt, ready: true };
    case 'starting':
      return phase.step === 'waiting' ? { started_at: phase.startedAt ?? 0, ready: false } : null;
    case 'stopping':
      if (phase.startedAt === null) return null;
      return {
        started_at: phase.startedAt,
        ready: true,
        ...(phase.action === 'restart' ? { restarting: true } : {}),
      };
    default:
      return null;
  }
}
