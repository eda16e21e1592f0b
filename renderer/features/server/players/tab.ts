import { IconUsers } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../../ui/load-part.ts';
import type { ServerTab } from '../../feature.ts';
import { strings } from './strings.ts';

export const playersTab: ServerTab = {
  id: 'players',
  label: strings.tab,
  commandLabel: strings.tabCommand,
  icon: IconUsers,
  scope: 'containers.read',
  Panel: lazy(loadPart(() => import('./players-tab.tsx'))),
};
