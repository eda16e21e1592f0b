import { IconRefresh } from '@tabler/icons-react';
import { loadPart } from '../../../ui/load-part.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import type { CommandContext, PaletteCommand } from '../../feature.ts';

const lookForUpdate = loadPart(() => import('./look-for-update.ts'));

/** Looking for a newer image of each server; what is found stands in its settings. */
export const updateCommands = ({ servers, permission: { may } }: CommandContext): PaletteCommand[] =>
  servers
    .filter(({ internal_id: id, state }) => state !== 'installing' && may('containers.write', id))
    .map(({ internal_id: id, name }) => ({
      id: `update:${id}`,
      kind: 'actions',
      label: `Look for an update of ${name}`,
      keywords: `${id} image newer version upgrade`,
      mark: <IconRefresh size={16} />,
      isOnlyFound: true,
      action: { run: () => void lookForUpdate().then(({ look }) => look(id, name), showFailure) },
    }));
