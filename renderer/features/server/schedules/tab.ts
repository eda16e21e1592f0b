import { IconCalendarTime } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../../ui/load-part.ts';
import type { ServerTab } from '../../feature.ts';
import { strings } from './strings.ts';

export const schedulesTab: ServerTab = {
  id: 'schedules',
  label: strings.tab,
  commandLabel: strings.tabCommand,
  icon: IconCalendarTime,
  scope: 'schedules',
  Panel: lazy(loadPart(() => import('./schedules-tab.tsx'))),
};
