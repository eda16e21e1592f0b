import { textsOf } from '../../../../../shared/texts/messages.ts';
import en from './texts/trash-strings.en.json';

const t = textsOf('features/server/files/trash/trash-strings', en);

export const trashStrings = {
  title: t('title'),
  back: t('back'),
  see: t('see'),
  empty: t('empty'),
  emptyHelp: (keepDays: number) => t('emptyHelp', { keepDays }),
  help: (count: number, size: string, keepDays: number) => t('help', { count, size, keepDays }),
  restore: t('restore'),
  restoreOne: (name: string) => t('restoreOne', { name }),
  remove: t('remove'),
  emptyIt: t('emptyIt'),
  removeTitle: (count: number) => t('removeTitle', { count }),
  removeText: t('removeText'),
  select: (name: string) => t('select', { name }),
  selectAll: (count: number) => t('selectAll', { count }),
  older: (count: number) => t('older', { count }),
  unknownPlace: t('unknownPlace'),
  folder: t('folder'),
  causes: {
    deleted: (when: string, who: string) =>
      who === '' ? t('causes.deleted', { when }) : t('causes.deletedBy', { when, who }),
    replaced: (when: string, who: string) =>
      who === '' ? t('causes.replaced', { when }) : t('causes.replacedBy', { when, who }),
  },
  restored: (paths: readonly string[]) => t('restored', { count: paths.length, path: paths[0] ?? '' }),
  notRestored: (count: number, problem: string) => t('notRestored', { count, problem }),
  notEmptied: t('notEmptied'),
  emptying: t('emptying'),
  removed: (count: number, freed: string) => t('removed', { count, freed }),
  deleted: (count: number, name: string) => t('deleted', { name, count }),
  deletedForGood: (count: number, name: string) => t('deletedForGood', { name, count }),
} as const;
