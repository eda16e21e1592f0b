import { LightdeckError } from '../../../shared/errors.ts';
import { createDownload, useDownload } from '../../../shared/http/files.ts';
import { refuseAbsolute } from '../../files/user-path.ts';
import type { LinkTarget, OneTimeLinks } from '../../lib/one-time-links.ts';
import { replyWithFile } from '../file-reply.ts';
import type { RouteMounter } from '../route-mounter.ts';
import { type FileRoutesOptions, jailOf } from './files.ts';

export interface DownloadTarget extends LinkTarget {
  volumeId: string;
  path: string;
}

export function mountDownloads(
  mounter: RouteMounter,
  options: FileRoutesOptions & { links: OneTimeLinks<DownloadTarget> },
): void {
  const { links, files } = options;

  mounter.mount(createDownload)(async ({ body, grant }) => {
    const jail = jailOf(options, grant, 'files.read', body.volume_id);
    const { kind } = await jail.stat(refuseAbsolute(body.path));
    if (kind === 'directory')
      throw new LightdeckError('invalid', 'path: is a folder; compress it and download the archive');
    if (kind !== 'file') throw new LightdeckError('invalid', 'path: is no regular file');
    const { key, expiresAt } = links.create({
      volumeId: body.volume_id,
      path: body.path,
      tokenId: grant.tokenId,
    });
    return { url: `/downloads/${key}`, expires_at: new Date(expiresAt).toISOString() };
  });

  mounter.mount(useDownload)(async ({ params, raw }) => {
    const open = async ({ volumeId, path, tokenId }: DownloadTarget) => {
      const reply = await replyWithFile(files.jail(volumeId), path, raw.headers);
      reply.tokenId = tokenId;
      return reply;
    };
    // Looking alone, as link scanners and download managers do, uses nothing up.
    const reply = await (raw.method === 'HEAD' ? links.look(params.key, open) : links.use(params.key, open));
    if (!reply)
      throw new LightdeckError('not_found', 'This link was used, or has expired: ask for a new one');
    return reply;
  });
}
