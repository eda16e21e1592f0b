import type { ServerDefinition } from '../../../shared/model/server.ts';
import type { ImageFacts } from '../../docker/contract.ts';
import { checkVolumes } from '../container/image-volumes.ts';
import { putVolumeRight } from '../container/put-volume-right.ts';
import { isRootUser, runsAs, seenContext } from '../container/runs-as.ts';
import { installerSpec, installSpec, serverSpec } from '../container/spec.ts';
import { giveVolume } from './give-volume.ts';
import { hostUserProblem } from './host-user-check.ts';
import { pullImage } from './pull-image.ts';
import { type RunOnceOptions, runOnce } from './run-once.ts';

export interface InstallOptions extends RunOnceOptions {
  /** Removes the container of the server's last run, if there is one. */
  removeOld: () => Promise<void>;
  /** Which image it is: told when it is there. */
  onImage: (image: ImageFacts | null) => void;
  /** Writes down why the image can't run as the host's user; null: it can. */
  noteProblem: (problem: string | null) => void;
}

/**
 * A6: the container of before goes; then comes the image, the volume is given to the image's user, and the install script runs in a
 * throw-away container of that image. Where the server says whom its volume belongs to, it gets the script's files as well.
 * Its output is console text, its exit code counts. Rejects with a reason for people; the throw-away container is removed in any case.
 */
export async function install(given: InstallOptions): Promise<void> {
  const { engine, signal, notify } = given;
  await given.removeOld();
  const context = await seenContext(engine(), given.context);
  const options = { ...given, context };
  const { definition } = options;
  await pullImage({ ...options, image: definition.image });
  signal.throwIfAborted();
  const image = await engine().imageFacts(definition.image);
  signal.throwIfAborted();
  options.onImage(image);
  checkVolumes(image, serverSpec(definition, context, image), { definition, notify });
  const host_user_problem = await checkHostUser(options, image);
  const done = { ...options, definition: { ...definition, host_user_problem } };
  const { install_script: script, volume_owner: owner, installer } = definition;
  const isHosts = context.hostUser !== null && runsAs(done.definition, context.hostUser).mode === 'host';
  if (script && installer) await runInstaller(options, script, installer);
  if (image && !isRootUser(image.user) && (script || (owner === null && !isHosts)))
    await giveVolume(options, image.user);
  if (script && !installer) await runScript(options, script, image);
  if (owner !== null) await giveVolume(options, owner);
  else if (isHosts) await putVolumeRight(done, { made: null, imageUser: image?.user });
}

/** A19: says so where the image can't run as the host's user, and what then. */
async function checkHostUser(options: InstallOptions, image: ImageFacts | null): Promise<string | null> {
  const { definition, context, notify, noteProblem } = options;
  const problem = await hostUserProblem(options, image);
  noteProblem(problem);
  if (problem === null) return null;
  const can = `This image can't run as the host's user (${context.hostUser?.uid}), because ${problem}`;
  notify(
    definition.user === 'host'
      ? `${can}. It was chosen all the same: choose “the image's user” under Runs as in Settings if it doesn't start`
      : `${can}. It runs as the image's user instead, and its files are changed by way of short-lived containers; Runs as in Settings changes that`,
  );
  return problem;
}

/**
 * E7: an egg's script, as root in an image of its own; what it leaves is given to the image's user after it. Panels never looked at how
 * such scripts end, and many end badly by chance: so that is told, and the server is installed all the same.
 */
async function runInstaller(
  options: InstallOptions,
  script: string,
  installer: NonNullable<ServerDefinition['installer']>,
): Promise<void> {
  const { definition, context, notify } = options;
  await pullImage({ ...options, image: installer.image });
  options.signal.throwIfAborted();
  const maxMs = installer.timeout * 1000;
  const spec = installerSpec(definition, { script, installer }, context);
  const { code, words } = await runOnce({ ...options, maxMs }, spec, () =>
    notify(
      `Running the install script in ${installer.image}, for ${Math.round(installer.timeout / 60)} minutes at most`,
    ),
  );
  if (code === 0) return notify('The install script has ended');
  notify(
    `Warning: the install script ended with ${words}. Look above for what went wrong; if files are missing, install it again`,
  );
}

async function runScript(options: InstallOptions, script: string, image: ImageFacts | null): Promise<void> {
  const { definition, context, notify } = options;
  const { code, words } = await runOnce(options, installSpec(definition, script, context, image), () =>
    notify('Running the install script'),
  );
  if (code !== 0) throw new Error(`the install script ended with ${words}`);
}
