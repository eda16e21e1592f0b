import { IconFolder } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../../ui/load-part.ts';
import type { ServerTab } from '../../feature.ts';
import { strings } from './strings.ts';

export const filesTab: ServerTab = {
  id: 'files',
  label: strings.tab,
  commandLabel: strings.tab,
  icon: IconFolder,
  scope: 'files.read',
  Panel: lazy(loadPart(() => import('./files-tab.tsx'))),
};
