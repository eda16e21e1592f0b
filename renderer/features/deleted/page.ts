import { IconTrash } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../ui/load-part.ts';
import type { AppPage } from '../feature.ts';
import { pageStrings as strings } from './page-strings.ts';

export const deletedPage: AppPage = {
  id: 'deleted',
  path: '/deleted',
  hasSubpages: false,
  label: strings.title,
  icon: IconTrash,
  place: 'bottom',
  Page: lazy(loadPart(() => import('./deleted-page.tsx'))),
  isOffered: ({ may }) => may('containers.read'),
  command: { label: strings.command, keywords: strings.keywords },
};
