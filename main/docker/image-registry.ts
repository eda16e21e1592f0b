import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import { dialGet, type EngineClient } from './engine-client.ts';
import { engineStatus } from './engine-errors.ts';

/** The engine asks the registry itself, with its own settings: that may be far away, in ms. */
const registryLimitMs = 30_000;

/** `GET /distribution/NAME/json`, as far as we use it. */
const distributionSchema = z.object({
  Descriptor: z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
});

/**
 * By which digest the image's registry has that name now (`sha256:…`). Throws LightdeckError: `engine_refused` with the registry's words, also
 * where the engine can't ask (Podman).
 */
export async function registryDigest(client: EngineClient, image: string): Promise<string> {
  if (client.kind === 'podman')
    throw new LightdeckError('engine_refused', 'Podman can not ask a registry which version it has.');
  return client.call(
    `ask for the newest version of ${image}`,
    async (docker, abortSignal) => {
      const answer = await dialGet(docker, { path: `/distribution/${image}/json`, abortSignal });
      return distributionSchema.parse(answer).Descriptor.digest;
    },
    registryLimitMs,
  );
}

/** Takes an image away, unless a container uses it. Whether it is gone (also if it was not there). */
export async function removeImage(client: EngineClient, image: string): Promise<boolean> {
  return client.call(`remove the image ${image}`, async (docker, abortSignal) => {
    try {
      await docker.getImage(image).remove({ abortSignal });
      return true;
    } catch (error) {
      if (engineStatus(error) === 404) return true;
      if (engineStatus(error) === 409) return false;
      throw error;
    }
  });
}
