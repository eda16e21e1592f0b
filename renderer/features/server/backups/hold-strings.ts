import { textsOf } from '../../../../shared/texts/messages.ts';
import en from './texts/hold-strings.en.json';

const t = textsOf('features/server/backups/hold-strings', en);

/** Texts of what makes a server's files hold still. */
export const holdStrings = {
  title: t('title'),
  types: t('types'),
  reads: t('reads'),
  none: t('none'),
  change: t('change'),
  noWrite: t('noWrite'),
  on: t('on'),
  before: t('before'),
  beforeHelp: t('beforeHelp'),
  waitFor: t('waitFor'),
  waitForHelp: t('waitForHelp'),
  ask: t('ask'),
  askHelp: t('askHelp'),
  timeout: t('timeout'),
  after: t('after'),
  afterHelp: t('afterHelp'),
  save: t('save'),
};
