import { LightdeckError } from '../../../shared/errors.ts';
import type { ArchiveFormat } from '../../../shared/http/archives.ts';
import { createDownload, useDownload } from '../../../shared/http/files.ts';
import { StreamReply } from '../../feature/stream-reply.ts';
import { packed } from '../../files/archives/pack.ts';
import { joinPath } from '../../files/archives/paths.ts';
import type { Jail, UserPath } from '../../files/contract.ts';
import { refuseAbsolute } from '../../files/user-path.ts';
import type { LinkTarget, OneTimeLinks } from '../../lib/one-time-links.ts';
import { replyWithFile } from '../file-reply.ts';
import type { RawReply } from '../raw-reply.ts';
import type { RouteMounter } from '../route-mounter.ts';
import { type FileRoutesOptions, jailOf } from './files.ts';

interface Several {
  /** The folder. */
  path: UserPath;
  /** In it. */
  paths: UserPath[];
  format: ArchiveFormat;
}

export type DownloadTarget = LinkTarget & { volumeId: string } & ({ path: UserPath } | Several);

const isSeveral = <T extends DownloadTarget>(target: T): target is T & Several => 'paths' in target;

async function mustBeFile(jail: Jail, path: UserPath): Promise<void> {
  const { kind } = await jail.stat(refuseAbsolute(path));
  if (kind === 'directory')
    throw new LightdeckError('invalid', 'path: is a folder; ask for what is in it by `paths`');
  if (kind !== 'file') throw new LightdeckError('invalid', 'path: is no regular file');
}

/** Told here, where somebody hears it: in the middle of an archive it would only be a broken download. */
async function mustBeThere(jail: Jail, path: UserPath, paths: readonly UserPath[]): Promise<void> {
  const folder = refuseAbsolute(path);
  for (const one of paths) await jail.lstat(joinPath(folder, refuseAbsolute(one)));
}

/** A27: made while it is sent, so that the volume needs no room for it. */
function archiveOf(jail: Jail, { path, paths, format }: Several): StreamReply {
  const [first = ''] = paths;
  const lone = paths.length === 1 ? first : path;
  const name = lone.split('/').findLast((part) => part !== '') ?? 'files';
  // Nobody waits for more of it once its reader has gone: the stream is ended then.
  const { signal } = new AbortController();
  return new StreamReply(`${name}.${format}`, () => packed({ jail, path, paths, format, signal }));
}

export function mountDownloads(
  mounter: RouteMounter,
  options: FileRoutesOptions & { links: OneTimeLinks<DownloadTarget> },
): void {
  const { links, files } = options;

  mounter.mount(createDownload)(async ({ body, grant }) => {
    const jail = jailOf(options, grant, 'files.read', body.volume_id);
    const { volume_id: volumeId, path, paths = null, format } = body;
    const target = paths === null ? { path } : { path, paths, format };
    await (paths === null ? mustBeFile(jail, path) : mustBeThere(jail, path, paths));
    const { key, expiresAt } = links.create({ ...target, volumeId, tokenId: grant.tokenId });
    return { url: `/downloads/${key}`, expires_at: new Date(expiresAt).toISOString() };
  });

  mounter.mount(useDownload)(async ({ params, raw }) => {
    const open = async (target: DownloadTarget): Promise<RawReply | StreamReply> => {
      const jail = files.jail(target.volumeId);
      const reply = isSeveral(target)
        ? archiveOf(jail, target)
        : await replyWithFile(jail, target.path, raw.headers);
      reply.tokenId = target.tokenId;
      return reply;
    };
    // Looking alone, as link scanners and download managers do, uses nothing up.
    const reply = await (raw.method === 'HEAD' ? links.look(params.key, open) : links.use(params.key, open));
    if (!reply)
      throw new LightdeckError('not_found', 'This link was used, or has expired: ask for a new one');
    return reply;
  });
}
