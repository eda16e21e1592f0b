import { IconBell } from '@tabler/icons-react';
import { textsOf } from '../../../../shared/texts/messages.ts';
import type { CommandContext, PaletteCommand } from '../../feature.ts';
import { alertsPath, mayUseAlerts } from './page.ts';
import en from './texts/commands.en.json';

const t = textsOf('features/settings/alerts/commands', en);

export const alertCommands = ({ permission }: CommandContext): PaletteCommand[] =>
  mayUseAlerts(permission)
    ? [
        {
          id: 'alerts',
          kind: 'pages',
          label: t('label'),
          keywords: t('keywords'),
          mark: <IconBell size={16} />,
          isOnlyFound: false,
          action: { to: alertsPath },
        },
      ]
    : [];
