import { lazy } from 'react';
import { loadPart } from '../ui/load-part.ts';
import { activityPage } from './activity/page.ts';
import { deletedPage } from './deleted/page.ts';
import type { AppPage } from './feature.ts';
import { newServerPage } from './new-server/page.ts';
import { overviewPage } from './overview/page.ts';
import { settingsPage } from './settings/page.ts';
import { sharingPage } from './sharing/page.ts';

/** The pages of a host, in the order of the sidebar. A new one is a line here, and a folder with its `page.ts`. */
export const pages: readonly AppPage[] = [
  overviewPage,
  newServerPage,
  sharingPage,
  activityPage,
  deletedPage,
  settingsPage,
];

/** The page of one server, whose tabs are in `server-tabs.ts`. */
export const ServerPage = lazy(loadPart(() => import('./server/server-page.tsx')));
