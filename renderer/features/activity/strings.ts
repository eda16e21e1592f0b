import { textsOf } from '../../../shared/texts/messages.ts';
import { pageStrings } from './page-strings.ts';
import en from './texts/strings.en.json';

const t = textsOf('features/activity/strings', en);

export const strings = {
  tab: t('tab'),
  ...pageStrings,
  help: t('help'),
  when: t('when'),
  who: t('who'),
  what: t('what'),
  server: t('server'),
  from: t('from'),
  result: t('result'),
  action: t('action'),
  detail: t('detail'),
  address: t('address'),
  copy: t('copy'),
  save: t('save'),
  kind: t('kind'),
  allKinds: t('allKinds'),
  kinds: {
    power: t('kinds.power'),
    console: t('kinds.console'),
    files: t('kinds.files'),
    settings: t('kinds.settings'),
    network: t('kinds.network'),
    access: t('kinds.access'),
  },
  ok: t('ok'),
  none: t('none'),
  noneHere: t('noneHere'),
  older: t('older'),
  refresh: t('refresh'),
  find: t('find'),
  nothingFound: t('nothingFound'),
  see: t('see'),
  somebody: t('somebody'),
  via: { http: t('via.http'), socket: t('via.socket'), sftp: t('via.sftp'), host: t('via.host') },
  lastExit: t('lastExit'),
  whatEntry: t('whatEntry'),
} as const;
