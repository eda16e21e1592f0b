import { LightdeckError } from '../../../shared/errors.ts';
import type { ContainerInfo, ContainerSpec, Engine } from '../../docker/contract.ts';
import { createWithImage } from './create-with-image.ts';
import { foreignName, isOwn } from './ownership.ts';

/** Looks for the container's name to be free, and the milliseconds between two. */
const maxTries = 5;
const retryMs = 200;

export interface ProvideOptions {
  engine: Pick<Engine, 'inspect' | 'remove' | 'create' | 'imageExists' | 'listNetworks'>;
  /** The container on record, which may have been renamed since; null if there is none. */
  recorded: string | null;
  /** False when the start was cancelled: then nothing more is made. */
  owned: () => boolean;
  pause: (ms: number) => Promise<void>;
  /** Writes down the container's id; null while there is none. */
  note: (containerId: string | null) => void;
  /** Brings the image that has been cleared away since the install. Rejects in words. */
  pullAgain: () => Promise<void>;
}

/**
 * The id of a container for `spec` that has never run: the one that a start before this left, or a new one in the old
 * one's place; null if the start was cancelled. A host that ended a moment ago may have asked the engine for one that
 * appears only now, between our look and our request: then we look again. Throws what the engine throws.
 */
export async function provideContainer(spec: ContainerSpec, options: ProvideOptions): Promise<string | null> {
  const { owned, pause } = options;
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryToProvide(spec, options);
    } catch (error) {
      const isTaken = error instanceof LightdeckError && error.code === 'conflict';
      if (!isTaken || tries >= maxTries) throw error;
    }
    await pause(retryMs);
    if (!owned()) return null;
  }
}

async function tryToProvide(spec: ContainerSpec, options: ProvideOptions): Promise<string | null> {
  const { engine, owned, note } = options;
  const named = await engine.inspect(spec.name);
  if (named && !isOwn(named, spec)) throw new Error(foreignName(spec.name));
  const renamed = await findRenamed(spec, options, named);
  const fresh = named && (await isFresh(named, spec, engine)) ? named.id : null;
  // Two containers on one volume would both write the same world.
  if (renamed) await engine.remove(renamed.id);
  note(fresh);
  if (fresh !== null) return fresh;
  if (named) await engine.remove(named.id);
  if (!owned()) return null;
  const id = await createWithImage(spec, options);
  if (!owned()) {
    // Cancelled while it was being made: nobody else knows of it.
    await engine.remove(id);
    return null;
  }
  note(id);
  return id;
}

/** Whether it was made for this start's definition and has never run. Without its network (`docker network prune`) it never could. */
async function isFresh(
  info: ContainerInfo,
  spec: ContainerSpec,
  engine: ProvideOptions['engine'],
): Promise<boolean> {
  if (info.status !== 'created' || info.definitionHash !== spec.definitionHash) return false;
  return (await engine.listNetworks(spec.hostId)).some(({ name }) => name === spec.network);
}

/** The container of the last run, if somebody gave it another name. */
async function findRenamed(
  spec: ContainerSpec,
  { engine, recorded }: ProvideOptions,
  named: ContainerInfo | null,
): Promise<ContainerInfo | null> {
  if (recorded === null || recorded === named?.id) return null;
  const info = await engine.inspect(recorded);
  return info && isOwn(info, spec) ? info : null;
}
