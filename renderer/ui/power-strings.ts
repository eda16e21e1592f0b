import { powerLabels } from '../../shared/model/labels.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import { textsOf } from '../texts/messages.ts';
import en from './texts/power-strings.en.json';

const t = textsOf('ui/power-strings', en);

export const powerStrings = {
  ...powerLabels,
  of: (action: PowerAction, name: string) => t('of', { action: powerLabels[action], name }),
  more: t('more'),
  killTitle: (name: string) => t('killTitle', { name }),
  killLoses: t('killLoses'),
  failed: (action: string) => t('failed', { action }),
} as const;
