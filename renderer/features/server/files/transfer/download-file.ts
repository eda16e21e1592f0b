import { notifications } from '@mantine/notifications';
import type { z } from 'zod';
import { maxArchivedPaths } from '../../../../../shared/http/archives.ts';
import { createDownload, type FileEntry } from '../../../../../shared/http/files.ts';
import { api } from '../../../../link/api.ts';
import { session } from '../../../../link/session.ts';
import { join } from '../paths.ts';
import { strings } from '../strings.ts';
import { fileJobs } from './jobs.tsx';

/** By a link that works once: a download of the browser's own can't send a token. What keeps it from that is told. */
export const downloadFile = (volume: string, path: string): Promise<void> =>
  download(volume, path, { volume_id: volume, path });

/** A file as it is; several, or a folder, as one zip, made while it is sent. */
export function downloadEntries(volume: string, folder: string, entries: readonly FileEntry[]): void {
  const [first] = entries;
  if (!first) return;
  const names = entries.map(({ name }) => name);
  if (entries.length === 1 && first.type === 'file') void downloadFile(volume, join(folder, first.name));
  else if (names.length > maxArchivedPaths)
    notifications.show({ color: 'red', message: strings.tooManyDownloaded(maxArchivedPaths) });
  else
    void download(volume, strings.counted(names.length), {
      volume_id: volume,
      path: folder,
      paths: names,
    });
}

async function download(
  volume: string,
  what: string,
  body: z.input<typeof createDownload.body>,
): Promise<void> {
  await fileJobs.run({ volume, what: strings.downloading(what) }, async (signal) => {
    const { url } = await api.call(createDownload, { body, signal });
    const link = document.createElement('a');
    link.href = (session.connection()?.url ?? '') + url;
    link.download = '';
    link.click();
  });
}
