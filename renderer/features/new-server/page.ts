import { IconPlus } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../ui/load-part.ts';
import { mayCreateServers } from '../../ui/permission.ts';
import type { AppPage } from '../feature.ts';
import { keywords, title } from './title.ts';

export const newServerPage: AppPage = {
  id: 'newServer',
  path: '/new',
  hasSubpages: true,
  label: title,
  icon: IconPlus,
  place: 'button',
  Page: lazy(loadPart(() => import('./new-server-page.tsx'))),
  isOffered: mayCreateServers,
  command: { label: title, keywords },
};
