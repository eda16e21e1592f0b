import { IconAdjustments } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../../ui/load-part.ts';
import type { ServerTab } from '../../feature.ts';
import { strings } from './strings.ts';

export const gameSettingsTab: ServerTab = {
  id: 'game',
  label: strings.tab,
  commandLabel: strings.tabCommand,
  icon: IconAdjustments,
  scope: 'files.read',
  Panel: lazy(loadPart(() => import('./game-settings-tab.tsx'))),
};
