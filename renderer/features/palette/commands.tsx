import { IconKeyboard } from '@tabler/icons-react';
import { openShortcuts } from '../../state/overlay-store.ts';
import type { CommandContext, PaletteCommand } from '../feature.ts';
import { pages } from '../pages.ts';
import { strings } from './strings.ts';

export const pageCommands = ({ permission }: CommandContext): PaletteCommand[] =>
  pages
    .filter(({ isOffered }) => isOffered?.(permission) ?? true)
    .map(({ id, path, command, icon: Icon }) => ({
      ...command,
      id: `page:${id}`,
      kind: 'pages',
      mark: <Icon size={16} />,
      isOnlyFound: false,
      action: { to: path },
    }));

export const shortcutCommands = (): PaletteCommand[] => [
  {
    id: 'shortcuts',
    kind: 'actions',
    label: strings.shortcuts,
    keywords: strings.shortcutKeywords,
    mark: <IconKeyboard size={16} />,
    isOnlyFound: false,
    action: { run: openShortcuts },
  },
];
