import { IconAlertTriangle } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../../ui/load-part.ts';
import type { ServerTab } from '../../feature.ts';
import { tabStrings } from './tab-strings.ts';

export const crashesTab: ServerTab = {
  id: 'crashes',
  label: tabStrings.tab,
  commandLabel: tabStrings.tabCommand,
  icon: IconAlertTriangle,
  scope: 'console.read',
  Panel: lazy(loadPart(() => import('./crashes-tab.tsx'))),
};
