import { IconSettings } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../../ui/load-part.ts';
import type { ServerTab } from '../../feature.ts';
import { strings } from './strings.ts';

export const settingsTab: ServerTab = {
  id: 'settings',
  label: strings.tab,
  commandLabel: strings.tab,
  icon: IconSettings,
  scope: 'containers.read',
  Panel: lazy(loadPart(() => import('./settings-tab.tsx'))),
};
