import { textsOf } from '../../../shared/texts/messages.ts';
import en from './texts/title.en.json';

const t = textsOf('features/new-server/title', en);

/** The page's name, apart from its other texts: it is needed before the page is. */
export const title = t('title');
/** What else the page is found by. */
export const keywords = t('keywords');

/** What the command for a new server of a game or an egg is called, and found by. */
export const commandOf = (name: string): string => t('commandOf', { name });
export const commandKeywords = t('commandKeywords');
