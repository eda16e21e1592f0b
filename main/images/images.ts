import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { ImageView, LocalImageView } from '../../shared/http/images.ts';
import type { Operation } from '../../shared/model/operation.ts';
import type { EngineMonitor, ImageFacts, LocalImage } from '../docker/contract.ts';
import { checkImageName, plainName } from '../docker/engine-names.ts';
import type { OperationRun, Operations } from '../operations/operations.ts';
import type { Servers, ServerView } from '../servers/contract.ts';
import { pullImage } from '../servers/definition/pull-image.ts';

/** Images in one answer: a machine that builds some has thousands. */
const maxListed = 500;
/** Words of an entry point or a command that are told, and characters of each text. */
const maxWords = 64;
const maxText = 1000;

const kind = 'pull image';

export interface ImagesOptions {
  monitor: Pick<EngineMonitor, 'engine'>;
  operations: Pick<Operations, 'start' | 'running'>;
  servers: Pick<Servers, 'list'>;
}

/** E13, E15: the images on the engine's machine, and how one gets there without a server. */
export class Images {
  private readonly options: ImagesOptions;

  constructor(options: ImagesOptions) {
    this.options = options;
  }

  /** What the image says of itself; null where it isn't here. Throws `engine_unreachable`, `engine_refused`, `timeout`. */
  async view(image: string): Promise<ImageView | null> {
    const facts = await this.options.monitor.engine.imageFacts(image);
    return facts === null ? null : viewOf(facts);
  }

  /** The newest first; of servers those that may be seen. Throws as `view`. */
  async list(maySee: (id: string) => boolean): Promise<{ total: number; images: LocalImageView[] }> {
    const { monitor, servers } = this.options;
    const all = await monitor.engine.listImages();
    const seen = servers.list().filter(({ definition }) => maySee(definition.internal_id));
    const images = all.slice(0, maxListed).map(({ id, names, digests, size, createdAt }) => ({
      ...{ id, names, size },
      created_at: createdAt,
      used_by: seen
        .filter((server) => isUsedBy({ id, names, digests }, server))
        .map(({ definition }) => definition.internal_id),
    }));
    return { total: all.length, images };
  }

  /**
   * Begins to bring it, or gives the operation that does so already. Throws `invalid` for what is no image's name, `engine_unreachable`, `busy`.
   * The operation fails in words where it can't be had at all; where the one that is here has to do, its result says why.
   */
  pull(image: string, by: string): Operation {
    const { monitor, operations } = this.options;
    checkImageName(image);
    const title = `Fetching the image ${image}`;
    const under = operations.running().find((one) => one.kind === kind && one.title === title);
    if (under) return under;
    // Asked for here, so that whoever has no engine is told so at once.
    void monitor.engine;
    const run = (options: OperationRun): Promise<Record<string, unknown>> => this.bring(image, options);
    return operations.start({ kind, container: null, title, scope: 'containers.write', by, run }).operation;
  }

  private async bring(image: string, { signal, progress }: OperationRun): Promise<Record<string, unknown>> {
    const engine = () => this.options.monitor.engine;
    let note: string | null = null;
    const onKept = (words: string): void => {
      note = words;
    };
    const unavailable = (reason: string): string => `The image ${image} can't be downloaded: ${reason}`;
    try {
      await pullImage({ ...{ image, engine, signal, progress, onKept, unavailable }, notify: () => {} });
    } catch (error) {
      // What a registry refuses is no failure of this host.
      throw error instanceof LightdeckError ? error : new LightdeckError('engine_refused', errorText(error));
    }
    const view = await this.view(image);
    if (view === null)
      throw new LightdeckError(
        'not_found',
        `The image ${image} was removed while it was being read. Fetch it again`,
      );
    return { image: view, note };
  }
}

function viewOf(facts: ImageFacts): ImageView {
  const { ports, volumes, user, workingDir, stopSignal, healthCheck, entrypoint, command, size } = facts;
  return {
    ...{ ports, volumes, user, size },
    working_dir: workingDir,
    stop_signal: stopSignal,
    has_health_check: healthCheck !== null,
    health_check: healthCheck?.slice(0, maxText) ?? null,
    entrypoint: told(entrypoint),
    command: told(command),
    created_at: facts.createdAt,
  };
}

const told = (words: readonly string[]): string[] =>
  words.slice(0, maxWords).map((word) => word.slice(0, maxText));

/** Whether a server ran on it last, or its image's name stands for it now. */
function isUsedBy(
  { id, names, digests }: Pick<LocalImage, 'id' | 'names' | 'digests'>,
  { definition: { image, image_pin }, image_version }: ServerView,
): boolean {
  const name = plainName(image_pin ?? image);
  return [name, image_version].some(
    (one) => one !== null && (one === id || names.includes(one) || digests.includes(one)),
  );
}
