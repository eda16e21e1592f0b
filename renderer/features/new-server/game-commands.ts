import { createElement } from 'react';
import { gameIds } from '../../../shared/model/game.ts';
import { GameFace } from '../../ui/game-face.tsx';
import type { PaletteCommand } from '../feature.ts';
import { newServerCommand } from './new-server-command.ts';
import { templates } from './templates.ts';

export const gameCommands = (): PaletteCommand[] =>
  templates.map(({ id, template }) => ({
    ...newServerCommand(template.name, id),
    mark: createElement(GameFace, { game: gameIds.find((game) => game === id), size: 20 }),
  }));
