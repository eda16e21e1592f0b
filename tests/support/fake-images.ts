import type { ImageFacts, PullProgress } from '../../main/docker/contract.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { busyboxName } from './images.ts';

const plain: ImageFacts = {
  id: `sha256:${'0'.repeat(64)}`,
  digest: null,
  user: '',
  environment: {},
  volumes: [],
};

/** The images of a fake engine, and of the registry that it pulls from. A name without a tag is `:latest`. */
export class FakeImages {
  private readonly local = new Map<string, ImageFacts>([[tagged(busyboxName), plain]]);
  private readonly registry = new Map<string, ImageFacts>();

  /** Makes it known here, as if it had been built. */
  add(image: string, facts: Partial<ImageFacts> = {}): void {
    this.local.set(tagged(image), { ...plain, ...facts });
  }

  /** From now on it can be pulled. */
  publish(image: string, facts: Partial<ImageFacts> = {}): void {
    this.registry.set(tagged(image), { ...plain, ...facts });
  }

  /** The others are no longer here. */
  keepOnly(images: ReadonlySet<string>): void {
    const kept = new Set([...images].map(tagged));
    for (const image of this.local.keys()) if (!kept.has(image)) this.local.delete(image);
  }

  has(image: string): boolean {
    return this.local.has(tagged(image));
  }

  facts(image: string): ImageFacts | null {
    return this.local.get(tagged(image)) ?? null;
  }

  pull(image: string, onProgress: (progress: PullProgress) => void): void {
    const found = this.registry.get(tagged(image));
    if (!found)
      throw new LightdeckError(
        'engine_refused',
        `Could not pull ${image}: Get "http://${image.split('/')[0]}/v2/": dial tcp: connect: connection refused`,
      );
    onProgress({ current: 0, total: 1000, text: 'Downloading (0 of 1 layers done)' });
    onProgress({ current: 1000, total: 1000, text: 'Pull complete (1 of 1 layers done)' });
    this.local.set(tagged(image), found);
  }
}

function tagged(image: string): string {
  return /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
}
