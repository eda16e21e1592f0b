import { textsOf } from '../../../shared/texts/messages.ts';
import en from './texts/names.en.json';

const t = textsOf('features/sharing/names', en);

/** What the page and its commands are called: all of its texts that come with the first page. */
export const sharingNames = {
  title: t('title'),
  command: t('command'),
  keywords: t('keywords'),
} as const;
