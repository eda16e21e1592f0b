import { IconNetwork } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../ui/load-part.ts';
import type { AppPage } from '../feature.ts';
import { strings } from './strings.ts';

export const sharingPage: AppPage = {
  id: 'network',
  path: '/network',
  hasSubpages: false,
  label: strings.title,
  icon: IconNetwork,
  place: 'bottom',
  Page: lazy(loadPart(() => import('./sharing-page.tsx'))),
  command: { label: strings.command, keywords: 'ports pool lan share qr link sessions' },
};
