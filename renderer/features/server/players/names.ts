import { textsOf } from '../../../../shared/texts/messages.ts';
import en from './texts/names.en.json';

const t = textsOf('features/server/players/names', en);

/** What the tab is called: all of its texts that come with the first page. */
export const playersNames = {
  tab: t('tab'),
  tabCommand: t('tabCommand'),
} as const;
