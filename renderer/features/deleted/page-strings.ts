import { textsOf } from '../../../shared/texts/messages.ts';
import en from './texts/page-strings.en.json';

const t = textsOf('features/deleted/page-strings', en);

/** Needed before the page is, apart from its other texts. */
export const pageStrings = {
  title: t('title'),
  command: t('command'),
  keywords: t('keywords'),
} as const;
