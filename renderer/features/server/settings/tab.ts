import { IconSettings } from '@tabler/icons-react';
import { lazy } from 'react';
import type { ServerTab } from '../../feature.ts';
import { strings } from './strings.ts';

export const settingsTab: ServerTab = {
  id: 'settings',
  label: strings.tab,
  commandLabel: strings.tab,
  icon: IconSettings,
  scope: 'containers.read',
  Panel: lazy(() => import('./settings-tab.tsx')),
};
