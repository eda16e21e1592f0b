import { errorText } from '../../../shared/error-text.ts';
import { LightdeckError } from '../../../shared/errors.ts';
import { withEngineWords } from '../../../shared/model/engine-words.ts';
import type { Progress } from '../../../shared/model/progress.ts';
import type { Engine } from '../../docker/contract.ts';
import { pullProblem } from './pull-problem.ts';

export interface PullImageOptions {
  image: string;
  engine: () => Engine;
  /** Aborted: the install is cancelled. */
  signal: AbortSignal;
  notify: (text: string) => void;
  progress: (progress: Progress) => void;
  /** Told where the newest one can't be had and the one that is here has to do, with the reason in words. */
  onKept?: (words: string) => void;
  /** What to say where it can't be had at all, with the reason in words. */
  unavailable?: (reason: string) => string;
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
 * its limit, or silent. Rejects with words if there is none then (LightdeckError `engine_unreachable` where the engine is the
 * cause), and with the signal's reason.
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
    if (!(await engine().imageExists(image))) {
      // Not the registry's fault, and nobody knows what it would have said.
      if (error instanceof LightdeckError && error.code === 'engine_unreachable') throw error;
      const { unavailable = (why) => `the image ${image} can't be downloaded: ${why}` } = options;
      throw new Error(withEngineWords(unavailable(pullProblem(image, reason)), reason));
    }
    const kept = `The newest image ${image} could not be downloaded: ${pullProblem(image, reason)}. The one of that name that is here is used`;
    options.onKept?.(kept);
    notify(withEngineWords(kept, reason));
  }
}

/**
 * Brings back an image that was here at the install and has been cleared away since: `docker system prune -a` takes those of
 * stopped servers. Rejects as `pullImage`.
 */
export async function pullAgain(options: PullImageOptions): Promise<void> {
  const { image, notify } = options;
  notify(`The image ${image} is no longer on this machine: pulling it again`);
  await pullImage({
    ...options,
    unavailable: (reason) =>
      `the image ${image} is no longer on this machine and can't be downloaded again: ${reason}. Start the server again once its registry can be reached, or load the image (docker load); the server's files are as they were`,
  });
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
