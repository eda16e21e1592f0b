import { compressVolume } from '../../../shared/http/archives.ts';
import { createDownload } from '../../../shared/http/files.ts';
import { api } from '../../link/api.ts';
import { session } from '../../link/session.ts';

/** Packs all files of a volume into an archive in it, and begins its download. Rejects with the host's refusal. */
export async function downloadVolume(volume: string, name: string): Promise<void> {
  const { archive_path: path } = await api.call(compressVolume, {
    params: { id: volume },
    body: { format: 'zip', output_name: name },
  });
  const { url } = await api.call(createDownload, { body: { volume_id: volume, path } });
  const link = document.createElement('a');
  link.href = (session.connection()?.url ?? '') + url;
  link.download = '';
  link.click();
}
