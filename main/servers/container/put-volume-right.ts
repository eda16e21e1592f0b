import { belongsTo } from '../../lib/belongs-to.ts';
import { hostUser } from '../../lib/host-user.ts';
import { giveVolume } from '../definition/give-volume.ts';
import type { RunOnceOptions } from '../definition/run-once.ts';
import { type ContainerFingerprint, hasOtherOwner } from './fingerprint.ts';
import { volumeOwner } from './runs-as.ts';

/** Entries of a volume that are looked at before a start: those of one that was the host's at the last start, and of any other. */
const looked = { again: 2_000, first: 200_000 };

/**
 * A19: before a start, gives the volume to whom the server runs as, where it may belong to somebody else: files of before that
 * was chosen, or such as root has put there. `made` is what the last container was made with. Rejects only with the signal's reason.
 */
export async function putVolumeRight(
  options: RunOnceOptions,
  { made, imageUser }: { made: ContainerFingerprint | null; imageUser: string | undefined },
): Promise<void> {
  const { definition, context } = options;
  const owner = volumeOwner(definition, context.hostUser, imageUser);
  if (context.hostUser === null) {
    if (hasOtherOwner(made, definition)) await giveVolume(options, owner ?? '0');
    return;
  }
  const { uid, gid } = context.hostUser;
  const wasOwner = made?.owner === (owner ?? 'root');
  if (owner === `${uid}:${gid}` && (await isHosts(context.volumePath, wasOwner))) return;
  if (owner !== null && (!wasOwner || owner === `${uid}:${gid}`)) await giveVolume(options, owner);
}

/** Whether a volume is the host's own; one too large to look at is what it was at the last start. */
async function isHosts(path: string, wasOwner: boolean): Promise<boolean> {
  const user = hostUser();
  const limit = wasOwner ? looked.again : looked.first;
  return user !== null && ((await belongsTo(path, { uid: user.uid, limit })) ?? wasOwner);
}
