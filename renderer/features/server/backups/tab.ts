import { IconArchive } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../../ui/load-part.ts';
import type { ServerTab } from '../../feature.ts';
import { strings } from './strings.ts';

export const backupsTab: ServerTab = {
  id: 'backups',
  label: strings.tab,
  commandLabel: strings.tab,
  icon: IconArchive,
  scope: 'backups',
  Panel: lazy(loadPart(() => import('./backups-tab.tsx'))),
};
