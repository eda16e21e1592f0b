import { errorText } from '../../../shared/error-text.ts';
import { ownerSpec } from '../container/spec.ts';
import { type RunOnceOptions, runOnce } from './run-once.ts';

/**
 * Gives the volume and all that is in it to a user of the image: many images run as a user of their own, or step down to one; or to the
 * host's user, by number. An image without `chown` has to do without, which is told. Rejects only with the signal's reason.
 */
export async function giveVolume(options: RunOnceOptions, user: string): Promise<void> {
  const { definition, context, signal, notify } = options;
  try {
    const { code, words } = await runOnce(options, ownerSpec(definition, user, context));
    if (code !== 0) throw new Error(`chown ended with ${words}`);
  } catch (error) {
    signal.throwIfAborted();
    const reason = errorText(error);
    notify(
      `Warning: the volume could not be given to the user ${user} (${reason}); the server may not be able to write`,
    );
  }
}
