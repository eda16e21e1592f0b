import type { ImageUpdate } from '../../shared/model/image-update.ts';
import type { EngineMonitor } from '../docker/contract.ts';
import type { ServerView } from '../servers/contract.ts';
import { digestOf, hasDigest, isFixed } from './names.ts';
import type { UpdateTable } from './tables.ts';

export interface ViewParts {
  table: UpdateTable;
  monitor: Pick<EngineMonitor, 'engine'>;
  operationOf: (server: string) => string | null;
  /** Sizes that were asked for already, by version. */
  sizes?: Map<string, Promise<number | null>>;
}

/** How it stands with a server's image. Never rejects for the engine's sake. */
export async function viewOf(
  { definition, image_version: version }: ServerView,
  { table, monitor, operationOf, sizes = new Map() }: ViewParts,
): Promise<ImageUpdate> {
  const { internal_id, image } = definition;
  const known = table.image(image);
  const { same, taken_back, previous } = table.server(internal_id);
  const digest = known?.digest ?? null;
  const isOther = digest !== null && hasDigest(version) && ![digestOf(version), same].includes(digest);
  return {
    internal_id,
    image,
    version,
    size: await asked(version, sizes, () => sizeOf(version, monitor)),
    newer: isOther ? { digest, found_at: known?.found_at ?? 0, taken_back: taken_back === digest } : null,
    checked_at: known?.checked_at ?? null,
    problem: problemOf(image, version, known?.problem ?? null),
    previous,
    operation: operationOf(internal_id),
  };
}

function asked(
  version: string | null,
  sizes: Map<string, Promise<number | null>>,
  ask: () => Promise<number | null>,
): Promise<number | null> {
  const size = sizes.get(version ?? '') ?? ask();
  sizes.set(version ?? '', size);
  return size;
}

async function sizeOf(version: string | null, monitor: ViewParts['monitor']): Promise<number | null> {
  if (version === null) return null;
  try {
    return (await monitor.engine.imageFacts(version))?.size ?? null;
  } catch {
    return null;
  }
}

function problemOf(image: string, version: string | null, asked: string | null): string | null {
  if (isFixed(image)) return 'The image is named by its digest, which always stands for the same one.';
  if (version !== null && !hasDigest(version))
    return 'The image was made on this machine: no registry has a newer one.';
  return asked;
}
