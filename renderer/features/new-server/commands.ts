import { createElement } from 'react';
import { listEggs } from '../../../shared/http/eggs.ts';
import { api } from '../../link/api.ts';
import { GameFace } from '../../ui/game-face.tsx';
import { mayCreateServers } from '../../ui/permission.ts';
import type { LateCommandSource, PaletteCommand } from '../feature.ts';
import { newServerCommand } from './new-server-command.ts';

/** A new server of each game, and of each egg that this host keeps. The games come with the page that has them. */
export const newServerCommands: LateCommandSource = ({ permission }) =>
  mayCreateServers(permission)
    ? {
        key: ['new server'],
        async load(signal) {
          const [{ gameCommands }, eggs] = await Promise.all([
            import('./game-commands.ts'),
            // Without the eggs there are still the games.
            api.call(listEggs, { signal }).catch(() => ({ eggs: [] })),
          ]);
          return [...gameCommands(), ...eggs.eggs.map(eggCommand)];
        },
      }
    : null;

const eggCommand = ({ id, name }: { id: string; name: string }): PaletteCommand => ({
  ...newServerCommand(name, `egg/${id}`),
  mark: createElement(GameFace, { game: null, size: 20 }),
});
