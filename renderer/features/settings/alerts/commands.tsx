import { IconBell } from '@tabler/icons-react';
import type { CommandContext, PaletteCommand } from '../../feature.ts';
import { alertsPath, mayUseAlerts } from './page.ts';

export const alertCommands = ({ permission }: CommandContext): PaletteCommand[] =>
  mayUseAlerts(permission)
    ? [
        {
          id: 'alerts',
          kind: 'pages',
          label: 'Alerts: Discord, Slack, ntfy, webhooks',
          keywords: 'notify notifications webhook message crash phone quiet hours',
          mark: <IconBell size={16} />,
          isOnlyFound: false,
          action: { to: alertsPath },
        },
      ]
    : [];
