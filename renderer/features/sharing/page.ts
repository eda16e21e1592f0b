import { IconNetwork } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../ui/load-part.ts';
import type { AppPage } from '../feature.ts';
import { sharingNames as names } from './names.ts';

export const sharingPage: AppPage = {
  id: 'network',
  path: '/network',
  hasSubpages: false,
  label: names.title,
  icon: IconNetwork,
  place: 'bottom',
  Page: lazy(loadPart(() => import('./sharing-page.tsx'))),
  command: { label: names.command, keywords: names.keywords },
};
