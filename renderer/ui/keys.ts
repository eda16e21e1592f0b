import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/keys.en.json';

const t = textsOf('ui/keys', en);

/** The key of most shortcuts, as it is printed on this machine's keyboard. */
export const modKey = /mac|iphone|ipad/i.test(navigator.platform) ? '⌘' : t('ctrl');
