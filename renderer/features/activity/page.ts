import { IconActivity } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../ui/load-part.ts';
import type { AppPage } from '../feature.ts';
import { pageStrings as strings } from './page-strings.ts';

export const activityPage: AppPage = {
  id: 'activity',
  path: '/activity',
  hasSubpages: false,
  label: strings.title,
  icon: IconActivity,
  place: 'bottom',
  Page: lazy(loadPart(() => import('./activity-page.tsx'))),
  command: { label: strings.command, keywords: strings.keywords },
};
