import { IconTerminal2 } from '@tabler/icons-react';
import { lazy } from 'react';
import { loadPart } from '../../../ui/load-part.ts';
import type { ServerTab } from '../../feature.ts';
import { strings } from './strings.ts';

export const consoleTab: ServerTab = {
  id: 'console',
  label: strings.tab,
  commandLabel: strings.tab,
  icon: IconTerminal2,
  scope: 'console.read',
  Panel: lazy(loadPart(() => import('./console-tab.tsx'))),
};
