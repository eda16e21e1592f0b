import type { PlayerCommand } from '../../../../shared/model/players.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { textsOf } from '../../../../shared/texts/messages.ts';
import { playersNames } from './names.ts';
import en from './texts/strings.en.json';

const t = textsOf('features/server/players/strings', en);

export const strings = {
  tab: playersNames.tab,
  seeing: t('seeing'),
  online: t('online'),
  unknown: t('unknown'),
  of: (online: number, max: number | null) => (max === null ? String(online) : t('of', { online, max })),
  resting: t('resting'),
  nobody: t('nobody'),
  noNames: t('noNames'),
  mayNotSee: t('mayNotSee'),
  more: (count: number) => t('more', { count }),
  since: (time: string) => t('since', { time }),
  countedAt: (time: string) => t('countedAt', { time }),
  ask: t('ask'),
  notAsked: t('notAsked'),
  queryWaits: t('queryWaits'),
  queryFails: (why: string) => t('queryFails', { why: hostText(why) }),
  queryOff: (why: string) => t('queryOff', { why: hostText(why) }),
  consoleOff: (why: string) => t('consoleOff', { why: hostText(why) }),
  none: t('none'),
  noneHelp: t('noneHelp'),
  overTime: t('overTime'),
  range: t('range'),
  ranges: [
    { value: '1h', label: '1 h' },
    { value: '24h', label: '24 h' },
    { value: '30d', label: '30 d' },
  ],
  average: t('average'),
  peak: t('peak'),
  atMost: (count: number) => t('atMost', { count }),
  noCounts: t('noCounts'),
  visits: t('visits'),
  noVisits: t('noVisits'),
  stayed: (time: string) => t('stayed', { time }),
  acts: (name: string) => t('acts', { name }),
  lacks: t('lacks'),
  odd: t('odd'),
  commands: {
    kick: t('commands.kick'),
    ban: t('commands.ban'),
    op: t('commands.op'),
    whitelist: t('commands.whitelist'),
  } satisfies Record<PlayerCommand, string>,
  question: {
    kick: (name: string) => t('question.kick', { name }),
    ban: (name: string) => t('question.ban', { name }),
    op: (name: string) => t('question.op', { name }),
    whitelist: (name: string) => t('question.whitelist', { name }),
  } satisfies Record<PlayerCommand, (name: string) => string>,
  isTyped: (line: string) => t('isTyped', { line }),
  sent: (line: string) => t('sent', { line }),
  notSent: t('notSent'),
};
