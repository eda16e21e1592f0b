import type { RunsAs, ServerDefinition, UserMode } from '../../../shared/model/server.ts';
import type { Engine } from '../../docker/contract.ts';
import type { UserIds } from '../../lib/host-user.ts';
import type { SpecContext } from './spec.ts';

/** What decides whom a server's programs run as. */
type Asked = Pick<ServerDefinition, 'user' | 'volume_owner' | 'startup_command' | 'host_user_problem'>;

/** Programs that go on as another user, which root alone can do. */
export const stepDownPrograms = [
  'su',
  'su-exec',
  'gosu',
  'setpriv',
  'runuser',
  'sudo',
  'chroot',
  'chpst',
  'setuidgid',
  'start-stop-daemon',
];

const stepsDown = new RegExp(String.raw`(^|[\s;&|(/])(${stepDownPrograms.join('|')})\s`);

/**
 * A19: whom a server's programs run as, and why. Pure. A host that is root (or on a system where it doesn't matter: null) leaves it to the
 * image; another one runs them as itself, so that the files stay its own, unless they step down to a user by themselves.
 */
export function runsAs(definition: Asked, host: UserIds | null): RunsAs {
  const { user: setting } = definition;
  const chosen = (mode: UserMode): RunsAs => ({ setting, ...idsOf(mode, host), reason: chosenReason });
  if (setting !== null) return chosen(setting);
  const image = (reason: string): RunsAs => ({ setting, ...idsOf('image', host), reason });
  if (host === null) return image('the host may use all files whoever they belong to, so the image decides');
  if (definition.volume_owner !== null)
    return image(`the volume is to belong to ${definition.volume_owner}, a user of the image`);
  const by = stepsDown.exec(definition.startup_command)?.[2];
  if (by !== undefined)
    return image(`the startup command steps down to a user by itself (${by}), which only root can do`);
  if (definition.host_user_problem !== null) return image(definition.host_user_problem);
  return {
    setting,
    ...idsOf('host', host),
    reason: 'it is the user that the host runs as, so that the files stay yours',
  };
}

const chosenReason = 'it was chosen in the settings';

function idsOf(mode: UserMode, host: UserIds | null): Pick<RunsAs, 'mode' | 'uid' | 'gid'> {
  if (mode === 'image') return { mode, uid: null, gid: null };
  return mode === 'host' && host ? { mode, ...host } : { mode, uid: 0, gid: 0 };
}

/** As `docker run --user` takes it; null is the image's own user. */
export function userOption({ mode, uid, gid }: RunsAs): string | null {
  if (mode === 'image') return null;
  return mode === 'root' ? '0' : `${uid}:${gid}`;
}

/** To whom a server's volume must belong; null: to nobody in particular, since root may do everything. */
export function volumeOwner(
  definition: Asked,
  host: UserIds | null,
  imageUser: string | undefined,
): string | null {
  if (definition.volume_owner !== null) return definition.volume_owner;
  const { mode, uid, gid } = runsAs(definition, host);
  if (mode === 'host' && host) return `${uid}:${gid}`;
  return mode === 'image' && !isRootUser(imageUser ?? '') ? (imageUser ?? null) : null;
}

const roots = new Set(['', '0', 'root', '0:0', 'root:root', '0:root', 'root:0']);

/** Whether a user of an image is root, who can write anywhere. */
export function isRootUser(user: string): boolean {
  return roots.has(user);
}

/** The context as containers of this engine see it: in those of a rootless engine the host's user is called root. */
export async function seenContext(
  engine: Pick<Engine, 'isRootless'>,
  context: SpecContext,
): Promise<SpecContext> {
  if (context.hostUser === null || !(await engine.isRootless())) return context;
  return { ...context, hostUser: { uid: 0, gid: 0 } };
}
