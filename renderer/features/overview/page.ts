import { IconLayoutDashboard } from '@tabler/icons-react';
import type { AppPage } from '../feature.ts';
import { OverviewPage } from './overview-page.tsx';
import { strings } from './strings.ts';

/** Shown first, so it is part of the first load. */
export const overviewPage: AppPage = {
  id: 'overview',
  path: '/',
  hasSubpages: false,
  label: strings.title,
  icon: IconLayoutDashboard,
  place: 'top',
  Page: OverviewPage,
  command: { label: strings.title, keywords: strings.keywords },
};
