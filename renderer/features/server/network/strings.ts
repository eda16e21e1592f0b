import { textsOf } from '../../../texts/messages.ts';
import en from './texts/strings.en.json';

const t = textsOf('features/server/network/strings', en);

export const strings = {
  tab: t('tab'),
  tabCommand: t('tabCommand'),
  title: t('title'),
  none: t('none'),
  address: t('address'),
  hostPort: t('hostPort'),
  containerPort: t('containerPort'),
  protocol: t('protocol'),
  everywhere: t('everywhere'),
  everywhereIpv6: t('everywhereIpv6'),
  here: t('here'),
  public: t('public'),
  bindTo: t('bindTo'),
  join: t('join'),
  joinHelp: t('joinHelp'),
  propose: t('propose'),
  take: (port: number) => t('take', { port }),
  taken: (port: number, by: string) => t('taken', { port, by }),
  twice: t('twice'),
  someTaken: t('someTaken'),
  notSaved: t('notSaved'),
  edit: t('edit'),
  readOnlyToken: t('readOnlyToken'),
  add: t('add'),
  remove: (port: number | null) => t('remove', { port: port ?? '' }),
  restarts: t('restarts'),
  nextStart: t('nextStart'),
  save: t('save'),
  cancel: t('cancel'),
  failed: t('failed'),
  started: t('started'),
  needsPort: t('needsPort'),
} as const;
