import { textsOf } from '../../../../shared/texts/messages.ts';
import en from './texts/strings.en.json';

const t = textsOf('features/server/game-settings/strings', en);

/** All texts of the tab *Game settings*. */
export const strings = {
  adopted: t('adopted'),
  what: t('what'),
  file: t('file'),
  nothing: t('nothing'),
  nothingHelp: t('nothingHelp'),
  lookAgain: t('lookAgain'),
  search: t('search'),
  noneFound: (text: string) => t('noneFound', { text }),
  empty: t('empty'),
  more: (count: number) => t('more', { count }),
  leftOut: (count: number) => t('leftOut', { count }),
  asText: t('asText'),
  managed: t('managed'),
  save: (count: number) => t('save', { count }),
  revert: t('revert'),
  saved: t('saved'),
  notSaved: t('notSaved'),
  changedMeanwhile: t('changedMeanwhile'),
  readAgain: t('readAgain'),
  readOnly: t('readOnly'),
  runs: t('runs'),
} as const;
