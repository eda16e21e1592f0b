import { IconSettings } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../../ui/load-part.ts';
import type { ServerTab } from '../../feature.ts';
import { settingsNames as names } from './names.ts';

export const settingsTab: ServerTab = {
  id: 'settings',
  label: names.tab,
  commandLabel: names.tab,
  icon: IconSettings,
  scope: 'containers.read',
  Panel: lazy(loadPart(() => import('./settings-tab.tsx'))),
};
