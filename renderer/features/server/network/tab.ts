import { IconNetwork } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../../ui/load-part.ts';
import type { ServerTab } from '../../feature.ts';
import { strings } from './strings.ts';

export const networkTab: ServerTab = {
  id: 'network',
  label: strings.tab,
  commandLabel: strings.tabCommand,
  icon: IconNetwork,
  scope: null,
  Panel: lazy(loadPart(() => import('./network-tab.tsx'))),
};
