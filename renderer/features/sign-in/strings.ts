import { textsOf } from '../../../shared/texts/messages.ts';
import en from './texts/strings.en.json';

const t = textsOf('features/sign-in/strings', en);

export const strings = {
  signOut: t('signOut'),
  signOutKeywords: t('signOutKeywords'),
  title: t('title'),
  token: t('token'),
  help: t('help'),
  command: t('command'),
  fromCheckout: t('fromCheckout'),
  checkoutCommand: 'npm run host -- --token what',
  keep: t('keep'),
  submit: t('submit'),
  empty: t('empty'),
  shape: t('shape'),
} as const;
