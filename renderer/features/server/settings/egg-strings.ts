import { textsOf } from '../../../../shared/texts/messages.ts';
import en from './texts/egg-strings.en.json';

const t = textsOf('features/server/settings/egg-strings', en);

/** All texts of moving a server to a newer version of its egg. */
export const eggStrings = {
  title: t('title'),
  newer: (egg: string) => t('newer', { egg }),
  notes: t('notes'),
  nothing: t('nothing'),
  help: t('help'),
  move: t('move'),
  moved: t('moved'),
  movedLater: t('movedLater'),
  notMoved: t('notMoved'),
};
