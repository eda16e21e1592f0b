import type { AfterCrash, CrashKind, CrashReport, Mend } from '../../../../shared/model/crash.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { textsOf } from '../../../../shared/texts/messages.ts';
import { duration, moment } from '../../../ui/format.ts';
import en from './texts/strings.en.json';

const t = textsOf('features/server/crashes/strings', en);

const headings: Record<CrashKind, string> = {
  crash: t('headings.crash'),
  ended: t('headings.ended'),
  outside: t('headings.outside'),
  engine: t('headings.engine'),
  start: t('headings.start'),
  install: t('headings.install'),
};

export const strings = {
  region: t('region'),
  heading: ({ kind, cause }: Pick<CrashReport, 'kind' | 'cause'>) =>
    cause === null ? headings[kind] : hostText(cause.title),
  when: (at: number, ranMs: number | null, wasReady: boolean) =>
    ranMs === null
      ? moment(at)
      : t(wasReady ? 'when.up' : 'when.notUp', { at: moment(at), time: duration(ranMs) }),
  exit: (words: string) => t('exit', { words: hostText(words) }),
  after: (after: AfterCrash) => {
    if (after.next === 'restart')
      return after.attempt === 0
        ? t('after.engine')
        : t('after.restart', { attempt: after.attempt, of: after.of });
    return after.next === 'given_up' ? t('after.givenUp', { of: after.of }) : null;
  },
  compared: (words: string) => t('compared', { words: hostText(words) }),
  comparedShort: (words: string) => t('comparedShort', { words: hostText(words) }),
  child: t('child'),
  givenAway: t('givenAway'),
  lastLines: t('lastLines'),
  allLines: (count: number) => t('allLines', { count }),
  memory: t('memory'),
  memoryCurve: (most: string, limit: string | null) =>
    limit === null ? t('memoryCurve.free', { most }) : t('memoryCurve.limited', { most, limit }),
  ofLimit: (most: string, limit: string | null) =>
    limit === null ? t('ofLimit.free', { most }) : t('ofLimit.limited', { most, limit }),
  machine: t('machine'),
  changes: t('changes'),
  mend: ({ id, label: english, starts }: Mend, isUp: boolean) => {
    const label = hostText(english);
    return starts && id !== 'start' ? t(isUp ? 'mend.restart' : 'mend.start', { label }) : label;
  },
  lacks: (scopes: readonly string[]) => t('lacks', { scopes: scopes.join(', ') }),
  start: t('start'),
  changeImage: t('changeImage'),
  delete: t('delete'),
  unreported: t('unreported'),
  toSettings: t('toSettings'),
  copy: t('copy'),
  copied: t('copied'),
  copyFailed: t('copyFailed'),
  whatElse: t('whatElse'),
  dismiss: t('dismiss'),
  more: (count: number) => t('more', { count }),
  list: t('list'),
  none: t('none'),
  details: t('details'),
  detailsOf: (at: number) => t('detailsOf', { at: moment(at) }),
  close: t('close'),
  reading: t('reading'),
  restarting: (time: string, attempt: number, of: number) => t('restarting', { time, attempt, of }),
  restartsNow: (attempt: number, of: number) => t('restartsNow', { attempt, of }),
  dontRestart: t('dontRestart'),
} as const;
