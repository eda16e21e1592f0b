import type { SettingsView } from '../../../shared/http/settings.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { keyLabel, strings } from './strings.ts';

/** What is told when the host has saved these settings: in force only where the host says so. */
export function savedMessage(
  changed: readonly string[],
  settings: Pick<SettingsView, 'restart_required' | 'sftp_status'>,
): { message: string; color?: string } {
  const { sftp_status: sftp } = settings;
  if (sftp.state === 'failed' && changed.some((key) => key.startsWith('sftp.')))
    return {
      color: 'red',
      message: strings.savedNotInForce(strings.sftpFailed(hostText(sftp.problem ?? ''))),
    };
  const waiting = changed.filter((key) => settings.restart_required.includes(key));
  return {
    message: waiting.length === 0 ? strings.saved : strings.savedWaits(waiting.map(keyLabel).join(', ')),
  };
}
