import { textsOf } from '../../../../shared/texts/messages.ts';
import en from './texts/archive-strings.en.json';

const t = textsOf('features/server/backups/archive-strings', en);

/** Texts of restoring an archive of another panel. */
export const archiveStrings = {
  title: t('title'),
  text: t('text'),
  open: t('open'),
  dialog: t('dialog'),
  path: t('path'),
  pathHelp: t('pathHelp'),
  upload: t('upload'),
  clear: t('clear'),
  clearHelp: t('clearHelp'),
  before: t('before'),
  runs: t('runs'),
  noPower: t('noPower'),
  restore: t('restore'),
};
