import { IconSettings } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../ui/load-part.ts';
import type { AppPage } from '../feature.ts';
import { settingsNames as names } from './names.ts';

export const settingsPage: AppPage = {
  id: 'settings',
  path: '/settings',
  hasSubpages: true,
  label: names.title,
  icon: IconSettings,
  place: 'bottom',
  Page: lazy(loadPart(() => import('./settings-page.tsx'))),
  command: {
    label: names.command,
    keywords: names.keywords,
  },
};
