import { textsOf } from '../../../shared/texts/messages.ts';
import en from './texts/strings.en.json';

const t = textsOf('features/server/strings', en);

export const strings = {
  tabOf: (tab: string, name: string) => t('tabOf', { name, tab }),
  address: t('address'),
  addressCopied: t('addressCopied'),
  copyAddress: (name: string) => t('copyAddress', { name }),
  unknownServer: t('unknownServer'),
  unknownHelp: t('unknownHelp'),
  ended: (reason: string, at: string) => t('ended', { reason, at }),
  crashedLast: (at: string, reason: string) => t('crashedLast', { at, reason }),
  stillStarting: (time: string) => t('stillStarting', { time }),
  isFull: t('isFull'),
  toFiles: t('toFiles'),
  allTabs: t('allTabs'),
  loading: t('loading'),
  toOverview: t('toOverview'),
} as const;
