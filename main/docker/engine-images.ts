import type { ImageFacts, LocalImage } from './contract.ts';
import { dialGet, type EngineClient, longCallLimitMs } from './engine-client.ts';
import { engineStatus } from './engine-errors.ts';
import { isImageName } from './engine-names.ts';
import { imageFacts, localImages } from './image-facts.ts';

/** As `Engine.imageFacts`. */
export async function factsOfImage(client: EngineClient, image: string): Promise<ImageFacts | null> {
  const answer = await inspected(client, image, 'look at');
  return answer === null ? null : imageFacts(answer, image);
}

/** As `Engine.imageExists`. */
export async function hasImage(client: EngineClient, image: string): Promise<boolean> {
  return (await inspected(client, image, 'look for')) !== null;
}

/** As `Engine.listImages`. An engine with many reads each one's size from its disk. */
export async function imagesOf(client: EngineClient): Promise<LocalImage[]> {
  return client.call(
    'list the images',
    async (docker, abortSignal) => localImages(await dialGet(docker, { path: '/images/json', abortSignal })),
    longCallLimitMs,
  );
}

/** Null: there is none of that name. */
async function inspected(client: EngineClient, image: string, act: string): Promise<unknown> {
  if (!isImageName(image)) return null;
  return client.call(`${act} the image ${image}`, async (docker, abortSignal) => {
    try {
      return await dialGet(docker, { path: `/images/${image}/json`, abortSignal });
    } catch (error) {
      if (engineStatus(error) === 404) return null;
      throw error;
    }
  });
}
