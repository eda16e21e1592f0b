import { pageStrings } from './page-strings.ts';

const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);

export const strings = {
  ...pageStrings,
  see: 'seeing what was deleted',
  servers: 'Servers',
  serversHelp: (keepDays: number) =>
    keepDays === 0
      ? 'This host keeps no deleted servers.'
      : `They can be had back for ${days(keepDays)}, stopped, with all that was theirs. Then they are gone for good.`,
  noServers: 'No server was deleted lately.',
  files: 'Kept files',
  filesHelp: 'Files that no server has. They stay until you delete them.',
  noFiles: 'There are none.',
  deleted: (when: string, who: string) => (who === '' ? `deleted ${when}` : `deleted ${when} by ${who}`),
  until: (when: string) => `until ${when}`,
  ofSize: (used: string, size: string) => `${used} of ${size}`,
  sizeUnknown: (size: string) => `at most ${size}`,
  withFiles: 'its files go with it',
  noMoreFiles: 'its files are gone',
  restore: 'Bring back',
  restoreOne: (name: string) => `Bring ${name} back`,
  purge: 'Delete for good',
  purgeOne: (name: string) => `Delete ${name} for good`,
  purgeTitle: (name: string) => `Delete ${name} for good?`,
  purgeText: 'Its settings, console and figures can’t be had back then.',
  purgeFiles: 'Its files, too',
  purgeFilesHelp: 'Else they stay, under “Kept files”.',
  purged: (name: string) => `${name} was deleted for good.`,
  from: (name: string) => `Of ${name}`,
  fromNobody: 'Of a server that is not known any more',
  made: (when: string) => `made ${when}`,
  makeServer: 'Make a server with them',
  makeOne: (name: string) => `Make a server with the files: ${name}`,
  download: 'Download',
  downloadOne: (name: string) => `Download the files: ${name}`,
  packing: 'The files are packed into an archive beside them. The download begins when that is done.',
  remove: 'Delete',
  removeOne: (name: string) => `Delete the files: ${name}`,
  removeTitle: 'Delete these files?',
  removeText: (name: string, size: string) => `${name}, ${size}: they will be deleted permanently.`,
  removed: 'The files were deleted.',
} as const;
