import { textsOf } from '../../../../shared/texts/messages.ts';
import en from './texts/tab-strings.en.json';

const t = textsOf('features/server/game-settings/tab-strings', en);

/** The tab's names, apart from its other texts: they are needed before the tab is. */
export const tabStrings = { tab: t('tab'), command: t('command') } as const;
