import { createDownload } from '../../../../../shared/http/files.ts';
import { api } from '../../../../link/api.ts';
import { session } from '../../../../link/session.ts';
import { strings } from '../strings.ts';
import { fileJobs } from './jobs.tsx';

/** By a link that works once: a download of the browser's own can't send a token. What keeps it from that is told. */
export async function downloadFile(volume: string, path: string): Promise<void> {
  await fileJobs.run({ volume, what: strings.downloading(path) }, async (signal) => {
    const { url } = await api.call(createDownload, { body: { volume_id: volume, path }, signal });
    const link = document.createElement('a');
    link.href = (session.connection()?.url ?? '') + url;
    link.download = '';
    link.click();
  });
}
