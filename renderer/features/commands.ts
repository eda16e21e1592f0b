import type { CommandSource, LateCommandSource } from './feature.ts';
import { newServerCommands } from './new-server/commands.ts';
import { pageCommands, shortcutCommands } from './palette/commands.tsx';
import { backupCommands } from './server/backups/commands.tsx';
import { openCommands, serverCommands } from './server/commands.tsx';
import { fileCommands } from './server/files/commands.ts';
import { scheduleCommands } from './server/schedules/commands.ts';
import { settingsCommands, updateCommands } from './server/settings/commands.tsx';
import { alertCommands } from './settings/alerts/commands.tsx';
import { themeCommands } from './settings/commands.tsx';
import { signOutCommands } from './sign-in/commands.tsx';

/** Where the palette gets its commands from; among those that fit a query alike, the order is this. A new feature's are a line here. */
export const commandSources: readonly CommandSource[] = [
  openCommands,
  pageCommands,
  backupCommands,
  updateCommands,
  settingsCommands,
  // What is done with a server comes last of its own: a kill is the very last.
  serverCommands,
  alertCommands,
  themeCommands,
  shortcutCommands,
  signOutCommands,
];

/** Those that are loaded or asked for when the palette is opened. */
export const lateCommandSources: readonly LateCommandSource[] = [
  newServerCommands,
  scheduleCommands,
  fileCommands,
];
