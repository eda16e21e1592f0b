import type { ImageFacts } from '../../docker/contract.ts';
import { checkVolumes } from '../container/image-volumes.ts';
import { installSpec, serverSpec } from '../container/spec.ts';
import { giveVolume, isRoot } from './give-volume.ts';
import { pullImage } from './pull-image.ts';
import { type RunOnceOptions, runOnce } from './run-once.ts';

export interface InstallOptions extends RunOnceOptions {
  /** Removes the container of the server's last run, if there is one. */
  removeOld: () => Promise<void>;
  /** Which image it is: told when it is there. */
  onImage: (image: ImageFacts | null) => void;
}

/**
 * A6: the container of before goes; then comes the image, the volume is given to the image's user, and the install script runs in a
 * throw-away container of that image. Where the server says whom its volume belongs to, it gets the script's files as well.
 * Its output is console text, its exit code counts. Rejects with a reason for people; the throw-away container is removed in any case.
 */
export async function install(options: InstallOptions): Promise<void> {
  const { definition, context, engine, signal, notify } = options;
  await options.removeOld();
  await pullImage({ ...options, image: definition.image });
  signal.throwIfAborted();
  const image = await engine().imageFacts(definition.image);
  signal.throwIfAborted();
  options.onImage(image);
  checkVolumes(image, serverSpec(definition, context, image), { definition, notify });
  const { install_script: script, volume_owner: owner } = definition;
  if (image && !isRoot(image.user) && (script || owner === null)) await giveVolume(options, image.user);
  if (script) await runScript(options, script, image);
  if (owner !== null) await giveVolume(options, owner);
}

async function runScript(options: InstallOptions, script: string, image: ImageFacts | null): Promise<void> {
  const { definition, context, notify } = options;
  const { code, words } = await runOnce(options, installSpec(definition, script, context, image), () =>
    notify('Running the install script'),
  );
  if (code !== 0) throw new Error(`the install script ended with ${words}`);
}
