import { powerLabels } from '../../../shared/model/labels.ts';

export const strings = {
  ...powerLabels,
  more: 'More actions',
  killTitle: (name: string) => `Kill ${name}?`,
  killLoses: 'The program is ended at once. What it has not saved is lost, and players are thrown out.',
  console: 'Console',
  files: 'Files',
  network: 'Network',
  settings: 'Settings',
  activity: 'Activity',
  unknownServer: 'There is no server with this id.',
  unknownHelp: 'It may have been deleted. If one with this id is made, it appears here.',
  ended: (reason: string, at: string) => `${reason} at ${at}`,
  loading: 'Loading…',
  toOverview: 'To the overview',
  failed: (action: string) => `Could not ${action}`,
  since: (time: string) => `since ${time}`,
} as const;
