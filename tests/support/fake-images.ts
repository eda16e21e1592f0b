import type { ImageFacts, LocalImage, PullProgress } from '../../main/docker/contract.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { busyboxName } from './images.ts';

const plain: ImageFacts = {
  id: `sha256:${'0'.repeat(64)}`,
  digest: null,
  digests: [],
  size: 0,
  user: '',
  environment: {},
  volumes: [],
  ports: [],
  workingDir: '',
  stopSignal: null,
  healthCheck: null,
  entrypoint: [],
  command: [],
  createdAt: null,
};

/** The images of a fake engine, and of the registry that it pulls from. A name without a tag is `:latest`. */
export class FakeImages {
  private readonly local = new Map<string, ImageFacts>([[tagged(busyboxName), plain]]);
  private readonly registry = new Map<string, ImageFacts>();
  /** All that ever was in the registry: by their digests they still are. */
  private readonly published = new Set<ImageFacts>();

  /** Makes it known here, as if it had been built. */
  add(image: string, facts: Partial<ImageFacts> = {}): void {
    this.local.set(tagged(image), { ...plain, ...facts });
  }

  /** From now on it can be pulled. */
  publish(image: string, facts: Partial<ImageFacts> = {}): void {
    const full = { ...plain, ...facts };
    this.registry.set(tagged(image), full);
    this.published.add(full);
  }

  /** The others are no longer here. */
  keepOnly(images: ReadonlySet<string>): void {
    const kept = new Set([...images].map(tagged));
    for (const image of this.local.keys()) if (!kept.has(image)) this.local.delete(image);
  }

  has(image: string): boolean {
    return this.facts(image) !== null;
  }

  /** By name, or by what it is: its id, or a digest that a registry has it by. */
  facts(image: string): ImageFacts | null {
    const named = this.local.get(tagged(image));
    if (named) return named;
    const all = [...this.local.values()];
    return all.find(({ id, digest }) => id === image || (digest !== null && digest === image)) ?? null;
  }

  list(): LocalImage[] {
    const all = [...this.local].map(([name, { id, digests, size, createdAt }]) => ({
      ...{ id, digests, size, createdAt },
      names: [name],
    }));
    return all.sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
  }

  /** By which digest the registry has it. */
  registryDigest(image: string): string {
    const digest = this.registry.get(tagged(image))?.digest;
    if (!digest) throw refused(`ask for the newest version of ${image}`, image);
    return digest.slice(digest.indexOf('@') + 1);
  }

  remove(image: string): boolean {
    this.local.delete(tagged(image));
    return true;
  }

  pull(image: string, onProgress: (progress: PullProgress) => void): void {
    const byDigest = [...this.published.values()].find(({ digest }) => digest !== null && digest === image);
    const found = this.registry.get(tagged(image)) ?? byDigest;
    if (!found) throw refused(`pull ${image}`, image);
    onProgress({ current: 0, total: 1000, text: 'Downloading (0 of 1 layers done)' });
    onProgress({ current: 1000, total: 1000, text: 'Pull complete (1 of 1 layers done)' });
    this.local.set(tagged(image), found);
  }
}

function refused(what: string, image: string): LightdeckError {
  const registry = image.split('/')[0];
  return new LightdeckError(
    'engine_refused',
    `Could not ${what}: Get "http://${registry}/v2/": dial tcp: connect: connection refused`,
  );
}

function tagged(image: string): string {
  return /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
}
