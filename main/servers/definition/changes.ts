import { isDeepStrictEqual } from 'node:util';
import { LightdeckError } from '../../../shared/errors.ts';
import type { ResourceChanges } from '../../../shared/http/resources.ts';
import { cpuPeriod, cpuQuota, type ServerResources } from '../../../shared/model/resources.ts';
import type { ServerDefinition, WireState } from '../../../shared/model/server.ts';
import { fingerprintFields, mayBeAlive } from '../container/fingerprint.ts';

/** What can be changed of a server after its creation, apart from what it may use (A11), its ports and its image. */
export type DefinitionChanges = Partial<
  Pick<
    ServerDefinition,
    | 'name'
    | 'startup_command'
    | 'start_pattern'
    | 'environment'
    | 'stop'
    | 'tty'
    | 'auto_start'
    | 'restart_policy'
    | 'mount'
    | 'read_only_mounts'
    | 'data_path'
    | 'time_zone'
    | 'volume_owner'
    | 'read_only_root'
    | 'user'
    | 'freeze'
    | 'players'
    | 'image_pin'
    | 'entrypoint'
    | 'install_script'
    | 'installer'
    | 'config_files'
    | 'egg'
    | 'variables'
    | 'tags'
    | 'console'
  >
>;

/** The changed fields that a server in this state has only with its next start. Pure. */
export function waitingFields(
  before: ServerDefinition,
  changes: DefinitionChanges,
  state: WireState,
): string[] {
  if (!mayBeAlive(state)) return [];
  return fingerprintFields.filter((key) => key in changes && !isDeepStrictEqual(before[key], changes[key]));
}

/** Most cores that a quota may come to. */
const maxCores = 1024;

/**
 * A11: the resources that a request leads to. Throws LightdeckError `invalid` naming the field that doesn't fit the others, sent or
 * stored. The quota stays the same when the period alone changes, as the engine has it. Swap that equals memory follows it later on.
 */
export function applyResources(stored: ServerResources, changes: ResourceChanges): ServerResources {
  const { limits, resources } = stored;
  const memory = changes.memory ?? limits.memory;
  const swap = changes.memory_swap ?? resources.memory_swap;
  const reservation = changes.memory_reservation ?? resources.memory_reservation;
  checkMemory(memory, swap, reservation);
  return {
    limits: { memory, cpu: coresOf(stored, changes) },
    resources: {
      memory_swap: swap === memory ? null : swap,
      memory_reservation: reservation,
      cpu_shares: changes.cpu_shares ?? resources.cpu_shares,
      cpu_period: changes.cpu_period ?? resources.cpu_period,
      cpuset_cpus: changes.cpuset_cpus ?? resources.cpuset_cpus,
      blkio_weight: changes.blkio_weight ?? resources.blkio_weight,
    },
  };
}

function checkMemory(memory: number | null, swap: number | null, reservation: number | null): void {
  if (swap !== null && swap !== -1) {
    if (memory === null) throw invalid('memory_swap', 'needs a memory limit: send memory too');
    if (swap < memory) throw invalid('memory_swap', `must be -1 or at least the memory limit (${memory})`);
  }
  if (reservation !== null && memory !== null && reservation > memory) {
    throw invalid('memory_reservation', `must be at most the memory limit (${memory})`);
  }
}

function coresOf(stored: ServerResources, changes: ResourceChanges): number | null {
  const isSent = (value: number | null | undefined) => value !== null && value !== undefined;
  if (!isSent(changes.cpu_quota) && !isSent(changes.cpu_period)) return stored.limits.cpu;
  const quota = changes.cpu_quota ?? cpuQuota(stored);
  if (quota === -1) return null;
  const cores = quota / (changes.cpu_period ?? cpuPeriod(stored));
  if (cores <= maxCores) return cores;
  throw invalid('cpu_quota', `must be at most ${maxCores} times the period`);
}

function invalid(field: string, words: string): LightdeckError {
  return new LightdeckError('invalid', `${field}: ${words}`);
}
