import { powerLabels } from '../../shared/model/labels.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';

export const powerStrings = {
  ...powerLabels,
  of: (action: PowerAction, name: string) => `${powerLabels[action]} ${name}`,
  more: 'More actions',
  killTitle: (name: string) => `Kill ${name}?`,
  killLoses: 'The program is ended at once. What it has not saved is lost, and players are thrown out.',
  failed: (action: string) => `Could not ${action}`,
} as const;
