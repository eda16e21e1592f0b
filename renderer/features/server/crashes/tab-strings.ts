import { textsOf } from '../../../../shared/texts/messages.ts';
import en from './texts/tab-strings.en.json';

const t = textsOf('features/server/crashes/tab-strings', en);

/** Apart from the others, since they are here from the first moment. */
export const tabStrings = { tab: t('tab'), tabCommand: t('tabCommand') } as const;
