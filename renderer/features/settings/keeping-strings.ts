import { textsOf } from '../../../shared/texts/messages.ts';
import en from './texts/keeping-strings.en.json';

const t = textsOf('features/settings/keeping-strings', en);

/** Apart from the others, which the first page loads. */
export const keepingStrings = {
  title: t('title'),
  help: t('help'),
  readRate: t('readRate'),
  readRateHelp: t('readRateHelp'),
  badRate: t('badRate'),
  trashDays: t('trashDays'),
  trashDaysHelp: t('trashDaysHelp'),
  badDays: t('badDays'),
  day: t('day'),
  days: t('days'),
} as const;
