import { IconLogout } from '@tabler/icons-react';
import { session } from '../../link/session.ts';
import { passGuard } from '../../ui/leave-guard.ts';
import type { CommandContext, PaletteCommand } from '../feature.ts';
import { strings } from './strings.ts';

/** The desktop app has its own token: there is nobody to sign out. */
export const signOutCommands = ({ isDesktop }: CommandContext): PaletteCommand[] =>
  isDesktop
    ? []
    : [
        {
          id: 'sign-out',
          kind: 'actions',
          label: strings.signOut,
          keywords: strings.signOutKeywords,
          mark: <IconLogout size={16} />,
          isOnlyFound: false,
          // Whoever edits something is asked first.
          action: { run: () => passGuard(() => session.signOut()) },
        },
      ];
