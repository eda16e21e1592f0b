import { hostText } from '../../../../shared/texts/host-text.ts';
import { textsOf } from '../../../../shared/texts/messages.ts';
import en from './texts/update-strings.en.json';

const t = textsOf('features/server/settings/update-strings', en);

export const updateStrings = {
  title: t('title'),
  newer: (image: string, size: string | null) =>
    size === null ? t('newer', { image }) : t('newerSized', { image, size }),
  takenBack: t('takenBack'),
  newest: t('newest'),
  found: t('found'),
  unknown: t('unknown'),
  problem: (problem: string) => t('problem', { problem: hostText(problem) }),
  runsOn: (digest: string) => t('runsOn', { digest }),
  checked: (at: string) => t('checked', { at }),
  before: (digest: string, at: string) => t('before', { at, digest }),
  check: t('check'),
  update: t('update'),
  updateTitle: t('updateTitle'),
  updateHelp: t('updateHelp'),
  restorePoint: t('restorePoint'),
  takeBack: t('takeBack'),
  takeBackTitle: t('takeBackTitle'),
  takeBackHelp: t('takeBackHelp'),
  filesToo: t('filesToo'),
  cancel: t('cancel'),
};
