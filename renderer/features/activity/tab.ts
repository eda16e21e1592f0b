import { IconActivity } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../ui/load-part.ts';
import type { ServerTab } from '../feature.ts';
import { strings } from './strings.ts';

export const activityTab: ServerTab = {
  id: 'activity',
  label: strings.tab,
  commandLabel: strings.tab,
  icon: IconActivity,
  scope: null,
  Panel: lazy(loadPart(() => import('./activity-tab.tsx'))),
};
