import { textsOf } from '../../../shared/texts/messages.ts';
import { pageStrings } from './page-strings.ts';
import en from './texts/strings.en.json';

const t = textsOf('features/deleted/strings', en);

export const strings = {
  ...pageStrings,
  see: t('see'),
  servers: t('servers'),
  serversHelp: (keepDays: number) => t('serversHelp', { keepDays }),
  noServers: t('noServers'),
  files: t('files'),
  filesHelp: t('filesHelp'),
  noFiles: t('noFiles'),
  deleted: (when: string, who: string) =>
    who === '' ? t('deleted.plain', { when }) : t('deleted.by', { when, who }),
  until: (when: string) => t('until', { when }),
  ofSize: (used: string, size: string) => t('ofSize', { used, size }),
  sizeUnknown: (size: string) => t('sizeUnknown', { size }),
  withFiles: t('withFiles'),
  noMoreFiles: t('noMoreFiles'),
  restore: t('restore'),
  restoreOne: (name: string) => t('restoreOne', { name }),
  purge: t('purge'),
  purgeOne: (name: string) => t('purgeOne', { name }),
  purgeTitle: (name: string) => t('purgeTitle', { name }),
  purgeText: t('purgeText'),
  purgeFiles: t('purgeFiles'),
  purgeFilesHelp: t('purgeFilesHelp'),
  purged: (name: string) => t('purged', { name }),
  from: (name: string) => t('from', { name }),
  fromNobody: t('fromNobody'),
  made: (when: string) => t('made', { when }),
  makeServer: t('makeServer'),
  makeOne: (name: string) => t('makeOne', { name }),
  download: t('download'),
  downloadOne: (name: string) => t('downloadOne', { name }),
  packing: t('packing'),
  remove: t('remove'),
  removeOne: (name: string) => t('removeOne', { name }),
  removeTitle: t('removeTitle'),
  removeText: (name: string, size: string) => t('removeText', { name, size }),
  removed: t('removed'),
} as const;
