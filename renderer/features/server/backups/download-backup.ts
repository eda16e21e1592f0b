import { createBackupDownload, type DownloadFormat } from '../../../../shared/http/backups.ts';
import type { Backup } from '../../../../shared/model/backup.ts';
import { api } from '../../../link/api.ts';
import { session } from '../../../link/session.ts';
import { showFailure } from '../../../ui/show-failure.ts';

/** By a link that works once: a download of the browser's own can't send a token. What keeps it from that is told. */
export async function downloadBackup(
  { id, container_id }: Backup,
  what: { path: string; format: DownloadFormat },
): Promise<void> {
  try {
    const params = { id: container_id, backup: id };
    const { url } = await api.call(createBackupDownload, { params, body: what });
    const link = document.createElement('a');
    link.href = (session.connection()?.url ?? '') + url;
    link.download = '';
    link.click();
  } catch (error) {
    showFailure(error);
  }
}
