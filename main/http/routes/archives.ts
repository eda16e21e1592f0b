import { compressVolume, decompressVolume, listArchive } from '../../../shared/http/archives.ts';
import type { Archives } from '../../files/archives/archives.ts';
import { requireVolume, type VolumeAccess } from '../../servers/volume-access.ts';
import type { RouteMounter } from '../route-mounter.ts';
import { removalBy } from './files.ts';

export interface ArchiveRoutesOptions extends VolumeAccess {
  archives: Archives;
}

export function mountArchives(mounter: RouteMounter, options: ArchiveRoutesOptions): void {
  const { archives } = options;

  mounter.mount(compressVolume)(async ({ params, body, grant, signal }) => {
    const { id } = requireVolume(grant, 'files.write', params.id, options);
    const { format, path, paths = null, output_name } = body;
    const request = { format, path, paths, outputName: output_name, keepOld: removalBy(grant) };
    const packed = await archives.pack(id, request, signal);
    return { message: 'Compression successful', ...packed };
  });

  mounter.mount(listArchive)(async ({ params, query, grant, signal }) => {
    const { id } = requireVolume(grant, 'files.read', params.id, options);
    const { entries, isCut } = await archives.list(id, query.path, signal);
    return {
      entries: entries.map(({ name, kind, size, modifiedAt }) => ({
        name,
        kind,
        size,
        modified_at: modifiedAt === null ? null : Math.floor(modifiedAt / 1000),
      })),
      is_cut: isCut,
    };
  });

  mounter.mount(decompressVolume)(async ({ params, body, grant, signal }) => {
    const { id } = requireVolume(grant, 'files.write', params.id, options);
    const { archive_path, destination } = body;
    const keepOld = { ...removalBy(grant), flush: false };
    const request = { archivePath: archive_path, destination, keepOld };
    const extracted = await archives.extract(id, request, signal);
    return { message: 'Decompression successful', destination, ...extracted };
  });
}
