import { textsOf } from '../../../../shared/texts/messages.ts';
import en from './texts/strings.en.json';

const t = textsOf('features/new-server/docker/strings', en);

/** All texts of making a server of an image, a `docker run` line or a compose file. */
export const strings = {
  card: t('card'),
  cardSummary: t('cardSummary'),
  title: t('title'),
  intro: t('intro'),
  text: t('text'),
  placeholder: t('placeholder'),
  service: t('service'),
  serviceHelp: t('serviceHelp'),
  next: t('next'),
  another: t('another'),
  refused: t('refused'),
  notes: t('notes'),
  notHere: (image: string) => t('notHere', { image }),
  read: (image: string) => t('read', { image }),
  readPorts: (ports: string) => t('readPorts', { ports }),
  readFolder: (folder: string) => t('readFolder', { folder }),
  moreFolders: (folders: string) => t('moreFolders', { folders }),
  readUser: (user: string) => t('readUser', { user }),
  readNothing: t('readNothing'),
  readStart: (command: string) => t('readStart', { command }),
  readHealth: (check: string) => t('readHealth', { check }),
  readSize: (size: string) => t('readSize', { size }),
  fetch: t('fetch'),
  fetching: (image: string) => t('fetching', { image }),
  fetchHelp: t('fetchHelp'),
  notFetched: t('notFetched'),
  cancelled: t('cancelled'),
  again: t('again'),
  without: t('without'),
  here: t('here'),
  usedBy: (size: string, servers: string) => t('usedBy', { size, servers }),
  more: (count: number) => t('more', { count }),
} as const;
