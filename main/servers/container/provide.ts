import { LightdeckError } from '../../../shared/errors.ts';
import type { ContainerSpec, Engine } from '../../docker/contract.ts';

/** Looks for the container's name to be free, and the milliseconds between two. */
const maxLooks = 5;
const lookAgainMs = 200;

export interface ProvideOptions {
  engine: Pick<Engine, 'inspect' | 'remove' | 'create'>;
  /** False when the start was called off: then nothing more is made. */
  owned: () => boolean;
  pause: (ms: number) => Promise<void>;
  /** Writes down the container's id; null while there is none. */
  note: (containerId: string | null) => void;
}

/**
 * The id of a container for `spec` that has never run: the one that a start before this left, or a new one in the old
 * one's place; null if the start was called off. A host that ended a moment ago may have asked the engine for one that
 * appears only now, between our look and our request: then we look again. Throws what the engine throws.
 */
export async function provideContainer(spec: ContainerSpec, options: ProvideOptions): Promise<string | null> {
  const { owned, pause } = options;
  for (let looks = 1; ; looks += 1) {
    try {
      return await tryToProvide(spec, options);
    } catch (error) {
      const isTaken = error instanceof LightdeckError && error.code === 'conflict';
      if (!isTaken || looks >= maxLooks) throw error;
    }
    await pause(lookAgainMs);
    if (!owned()) return null;
  }
}

async function tryToProvide(
  spec: ContainerSpec,
  { engine, owned, note }: ProvideOptions,
): Promise<string | null> {
  const old = await engine.inspect(spec.name);
  if (old && old.hostId !== spec.hostId) {
    throw new Error(`a container named ${spec.name} exists that is not this host's; remove or rename it`);
  }
  const fresh = old?.status === 'created' && old.definitionHash === spec.definitionHash ? old.id : null;
  note(fresh);
  if (fresh !== null) return fresh;
  if (old) await engine.remove(old.id);
  if (!owned()) return null;
  const id = await engine.create(spec);
  note(id);
  return id;
}
