import { powerLabels } from '../../shared/model/labels.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import { hostText } from '../../shared/texts/host-text.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/power-strings.en.json';

const t = textsOf('ui/power-strings', en);

const of: Record<PowerAction, (name: string) => string> = {
  start: (name) => t('of.start', { name }),
  stop: (name) => t('of.stop', { name }),
  restart: (name) => t('of.restart', { name }),
  kill: (name) => t('of.kill', { name }),
};

const failed: Record<PowerAction, string> = {
  start: t('failed.start'),
  stop: t('failed.stop'),
  restart: t('failed.restart'),
  kill: t('failed.kill'),
};

/** What a button says that begins the action. */
const labels: Record<PowerAction, string> = {
  start: hostText(powerLabels.start),
  stop: hostText(powerLabels.stop),
  restart: hostText(powerLabels.restart),
  kill: hostText(powerLabels.kill),
};

export const powerStrings = {
  ...labels,
  of: (action: PowerAction, name: string) => of[action](name),
  more: t('more'),
  killTitle: (name: string) => t('killTitle', { name }),
  killLoses: t('killLoses'),
  failed: (action: PowerAction) => failed[action],
} as const;
