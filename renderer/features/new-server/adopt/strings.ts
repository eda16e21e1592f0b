import { textsOf } from '../../../../shared/texts/messages.ts';
import en from './texts/strings.en.json';

const t = textsOf('features/new-server/adopt/strings', en);

/** All texts of taking up what is there already. */
export const strings = {
  card: t('card'),
  cardSummary: t('cardSummary'),
  title: t('title'),
  intro: t('intro'),
  notForToken: t('notForToken'),
  notForTokenHelp: t('notForTokenHelp'),
  folders: t('folders'),
  foldersHelp: t('foldersHelp'),
  path: t('path'),
  look: t('look'),
  allowed: (folders: string) => t('allowed', { folders }),
  noneAllowed: t('noneAllowed'),
  seems: (game: string) => t('seems', { game }),
  unknownGame: t('unknownGame'),
  wings: t('wings'),
  empty: t('empty'),
  more: (count: number) => t('more', { count }),
  how: t('how'),
  ways: { copy: t('ways.copy'), move: t('ways.move'), in_place: t('ways.in_place') },
  waysHelp: {
    copy: t('waysHelp.copy'),
    move: t('waysHelp.move'),
    in_place: t('waysHelp.in_place'),
  },
  stopFirst: t('stopFirst'),
  take: t('take'),
  takeOf: (path: string) => t('takeOf', { path }),
  taken: t('taken'),
  choose: t('choose'),
  failed: t('failed'),
  containers: t('containers'),
  containersHelp: t('containersHelp'),
  noContainers: t('noContainers'),
  seeing: t('seeing'),
  ports: (ports: string) => t('ports', { ports }),
  noPorts: t('noPorts'),
  adopt: t('adopt'),
  adoptOf: (name: string) => t('adoptOf', { name }),
  adopted: (name: string) => t('adopted', { name }),
  notAdopted: t('notAdopted'),
} as const;
