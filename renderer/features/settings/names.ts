import { textsOf } from '../../../shared/texts/messages.ts';
import en from './texts/names.en.json';

const t = textsOf('features/settings/names', en);

/** What the page and its commands are called: all of its texts that come with the first page. */
export const settingsNames = {
  themeCommands: {
    light: t('themeCommands.light'),
    dark: t('themeCommands.dark'),
    auto: t('themeCommands.auto'),
  },
  themeKeywords: t('themeKeywords'),
  command: t('command'),
  keywords: t('keywords'),
  title: t('title'),
} as const;
