import { errorText } from '../../../shared/error-text.ts';
import type { Progress } from '../../../shared/protocol/server-events.ts';
import type { Engine } from '../../docker/contract.ts';

export interface PullImageOptions {
  image: string;
  engine: () => Engine;
  /** Aborted: the install is cancelled. */
  signal: AbortSignal;
  notify: (text: string) => void;
  progress: (progress: Progress) => void;
  /** Instead of the usual ones, in ms. */
  patience?: Patience;
}

/** How long a registry may say nothing, in ms, before its pull is given up. */
interface Patience {
  /** Before its first word, where an image of that name is here already, and where none is. */
  firstWithLocal: number;
  first: number;
  /** After it: a large layer is unpacked without a word. */
  later: number;
}
const usual: Patience = { firstWithLocal: 20_000, first: 120_000, later: 10 * 60_000 };

/**
 * Brings the newest image of that name, or leaves the one that is here where the registry can't give it: offline, over
 * its limit, or silent. Rejects with words if there is none then, and with the signal's reason.
 */
export async function pullImage(options: PullImageOptions): Promise<void> {
  const { image, engine, signal, notify } = options;
  const hasLocal = await engine().imageExists(image);
  notify(`Pulling image ${image}`);
  try {
    await pull(options, hasLocal);
    notify(`Image ${image} is up to date`);
  } catch (error) {
    signal.throwIfAborted();
    const reason = errorText(error);
    if (!(await engine().imageExists(image)))
      throw new Error(`the image ${image} can't be pulled: ${reason}`);
    notify(`Image ${image} could not be pulled (${reason}): using the local image of that name`);
  }
}

async function pull(options: PullImageOptions, hasLocal: boolean): Promise<void> {
  const { image, engine, signal, progress, patience = usual } = options;
  const silence = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expect = (ms: number): void => {
    clearTimeout(timer);
    const reason = new Error(`the registry said nothing for ${Math.round(ms / 1000)} s`);
    timer = setTimeout(() => silence.abort(reason), ms);
    timer.unref();
  };
  expect(hasLocal ? patience.firstWithLocal : patience.first);
  try {
    await engine().pull(
      image,
      ({ current, total, text }) => {
        expect(patience.later);
        progress({ phase: 'pull', current, total, text });
      },
      AbortSignal.any([signal, silence.signal]),
    );
  } catch (error) {
    silence.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
