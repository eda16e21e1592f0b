import { posix } from 'node:path';
import type { ServerDefinition } from '../../../shared/model/server.ts';
import { containerHome } from '../../docker/container-options.ts';
import type { ContainerSpec, ImageFacts } from '../../docker/contract.ts';

export interface StrayVolumes {
  /** Folders apart from everything that is kept. */
  outside: string[];
  /** Folders inside of one that is kept, which they would hide. */
  inside: string[];
}

/**
 * The folders that an image declares as volumes (`VOLUME`) and that nothing is mounted at. The engine makes nameless volumes of them,
 * which go with their container: what the game writes there is gone with the next start. Pure.
 */
export function strayVolumes(
  image: Pick<ImageFacts, 'volumes'> | null,
  spec: Pick<ContainerSpec, 'mounts'>,
): StrayVolumes {
  const mounted = [containerHome, ...Object.keys(spec.mounts)];
  const paths = (image?.volumes ?? []).map((path) => posix.resolve('/', path));
  const stray = [...new Set(paths)].filter((path) => !mounted.includes(path));
  const isInside = (path: string): boolean => mounted.some((folder) => path.startsWith(`${folder}/`));
  return { outside: stray.filter((path) => !isInside(path)), inside: stray.filter(isInside) };
}

/**
 * Nothing is lost without a word. Folders apart from the server's files are warned of; for those inside them, where nobody would
 * look for a loss, it throws in words.
 */
export function checkVolumes(
  image: Pick<ImageFacts, 'volumes'> | null,
  spec: Pick<ContainerSpec, 'mounts'>,
  tell: { definition: Pick<ServerDefinition, 'data_path'>; notify: (text: string) => void },
): void {
  const { inside, outside } = strayVolumes(image, spec);
  if (inside.length > 0) throw new Error(describeInside(inside));
  if (outside.length > 0) tell.notify(describeOutside(outside, tell.definition.data_path));
}

/** What to say of folders that are lost, and how they can be kept. */
function describeOutside(paths: string[], dataPath: string | null): string {
  const [first] = paths;
  const way =
    dataPath === null
      ? `set data_path to ${first} to keep it in the server's volume${paths.length > 1 ? ', mount a folder at the others,' : ''} or write elsewhere`
      : 'mount a folder there to keep it, or write elsewhere';
  return `Warning: the image keeps data in ${paths.join(', ')} (VOLUME), outside the server's files. What is written there is lost with the next start: ${way}`;
}

/** Why a server can't be run so. */
function describeInside(paths: string[]): string {
  return `the image declares ${paths.join(', ')} as a volume of its own (VOLUME), inside the server's files: what the game writes there would be lost with the next start. Set data_path to ${paths[0]} (the server's volume is found there, too), mount a folder there, or take an image without it`;
}
