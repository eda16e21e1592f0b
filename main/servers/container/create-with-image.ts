import { LightdeckError } from '../../../shared/errors.ts';
import type { ContainerSpec, Engine } from '../../docker/contract.ts';

export interface ImageSource {
  engine: Pick<Engine, 'create' | 'imageExists'>;
  /** Brings the image that has been cleared away since it was pulled. Rejects in words, or when the work was cancelled. */
  pullAgain: () => Promise<void>;
}

/** Makes the container; where its image is gone, that is brought first. Its id. Throws what the engine and `pullAgain` throw. */
export async function createWithImage(spec: ContainerSpec, source: ImageSource): Promise<string> {
  const { engine, pullAgain } = source;
  try {
    return await engine.create(spec);
  } catch (error) {
    const isMissing = error instanceof LightdeckError && error.code === 'not_found';
    if (!isMissing || (await engine.imageExists(spec.image))) throw error;
  }
  await pullAgain();
  return engine.create(spec);
}
