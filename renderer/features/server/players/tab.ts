import { IconUsers } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../../ui/load-part.ts';
import type { ServerTab } from '../../feature.ts';
import { playersNames as names } from './names.ts';

export const playersTab: ServerTab = {
  id: 'players',
  label: names.tab,
  commandLabel: names.tabCommand,
  icon: IconUsers,
  scope: 'containers.read',
  Panel: lazy(loadPart(() => import('./players-tab.tsx'))),
};
