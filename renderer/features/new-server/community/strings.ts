import { textsOf } from '../../../../shared/texts/messages.ts';
import en from './texts/strings.en.json';

const t = textsOf('features/new-server/community/strings', en);

/** All texts of the community's eggs. */
export const strings = {
  card: t('card'),
  cardSummary: t('cardSummary'),
  title: t('title'),
  intro: t('intro'),
  search: t('search'),
  where: t('where'),
  everywhere: t('everywhere'),
  seeing: t('seeing'),
  fetch: t('fetch'),
  fetchAgain: t('fetchAgain'),
  notFetched: t('notFetched'),
  notForToken: t('notForToken'),
  homes: (count: number) => t('homes', { count }),
  fetched: (when: string) => t('fetched', { when }),
  never: t('never'),
  eggs: (count: number) => t('eggs', { count }),
  failed: t('failed'),
  notAll: t('notAll'),
  found: (total: number) => t('found', { total }),
  more: (count: number) => t('more', { count }),
  nothing: (text: string) => t('nothing', { text }),
  by: (author: string) => t('by', { author }),
  look: (name: string) => t('look', { name }),
  notRead: t('notRead'),
} as const;
