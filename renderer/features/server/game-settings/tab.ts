import { IconAdjustments } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../../ui/load-part.ts';
import type { ServerTab } from '../../feature.ts';
import { tabStrings } from './tab-strings.ts';

export const gameSettingsTab: ServerTab = {
  id: 'game',
  label: tabStrings.tab,
  commandLabel: tabStrings.command,
  icon: IconAdjustments,
  scope: 'files.read',
  Panel: lazy(loadPart(() => import('./game-settings-tab.tsx'))),
};
