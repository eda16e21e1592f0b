import type { Permission } from '../ui/permission.ts';
import { activityTab } from './activity/tab.ts';
import type { ServerTab } from './feature.ts';
import { backupsTab } from './server/backups/tab.ts';
import { consoleTab } from './server/console/tab.ts';
import { crashesTab } from './server/crashes/tab.ts';
import { filesTab } from './server/files/tab.ts';
import { gameSettingsTab } from './server/game-settings/tab.ts';
import { networkTab } from './server/network/tab.ts';
import { playersTab } from './server/players/tab.ts';
import { schedulesTab } from './server/schedules/tab.ts';
import { settingsTab } from './server/settings/tab.ts';

/** The tabs of a server's page, in their order. A new one is a line here, and a folder with its `tab.ts`. */
export const serverTabs: readonly ServerTab[] = [
  consoleTab,
  playersTab,
  filesTab,
  gameSettingsTab,
  backupsTab,
  networkTab,
  schedulesTab,
  settingsTab,
  crashesTab,
  activityTab,
];

/** What is shown without a tab in the address. */
export const firstTab: ServerTab = consoleTab;

/** The tabs that a token may have something of. */
export const tabsFor = (may: Permission['may'], server: string): ServerTab[] =>
  serverTabs.filter(({ scope }) => scope === null || may(scope, server));
