import { notifications } from '@mantine/notifications';
import { getCrashText } from '../../../../shared/http/crashes.ts';
import { api } from '../../../link/api.ts';
import { copyText } from '../../../ui/copy.tsx';
import { saveBlob } from '../../../ui/save-blob.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { strings } from './strings.ts';

/** Puts the report, as the host gives it out without secrets, on the clipboard; where that is refused it becomes a file. Never rejects. */
export async function copyReport(server: string, crash: string): Promise<void> {
  try {
    const { text, file_name } = await api.call(getCrashText, { params: { id: server, crash } });
    if (await copyText(text)) {
      notifications.show({ message: strings.copied });
      return;
    }
    saveBlob(new Blob([text], { type: 'text/plain' }), file_name);
    notifications.show({ message: strings.copyFailed });
  } catch (error) {
    showFailure(error);
  }
}
