import { notifications } from '@mantine/notifications';
import { IconArchive } from '@tabler/icons-react';
import { makeBackup } from '../../../../shared/http/backups.ts';
import { api } from '../../../link/api.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import type { CommandContext, PaletteCommand } from '../../feature.ts';
import { strings } from './strings.ts';

/** A backup of each server, without further questions: it runs on. */
export const backupCommands = ({ servers, permission: { may } }: CommandContext): PaletteCommand[] =>
  servers
    .filter(({ internal_id: id, state }) => state !== 'installing' && may('backups', id))
    .map(({ internal_id: id, name }) => ({
      id: `backup:${id}`,
      kind: 'actions',
      label: strings.makeOf(name),
      keywords: `${id} ${strings.keywords}`,
      mark: <IconArchive size={16} />,
      isOnlyFound: true,
      action: { run: () => void begin(id) },
    }));

async function begin(id: string): Promise<void> {
  try {
    await api.call(makeBackup, { params: { id }, body: {} });
    notifications.show({ message: strings.begun });
  } catch (error) {
    showFailure(error);
  }
}
