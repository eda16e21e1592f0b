import type { RunsAs } from '../../shared/model/server.ts';
import { hostText } from '../../shared/texts/host-text.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/runs-as-strings.en.json';

const t = textsOf('ui/runs-as-strings', en);

const modes = { host: t('modes.host'), image: t('modes.image'), root: t('modes.root') } as const;

/** The same within a sentence. */
const inSentence = { host: t('who.host'), image: t('who.image'), root: t('who.root') } as const;

/** Who it is, in numbers where they are known. */
const who = ({ mode, uid, gid }: RunsAs): string =>
  uid === null ? inSentence[mode] : t('who.numbered', { who: inSentence[mode], uid, gid: gid ?? uid });

export const runsAsStrings = {
  label: t('label'),
  help: t('help'),
  byDefault: t('byDefault'),
  modes,
  /** A19: what is in force, and why. */
  now: (now: RunsAs): string => t('now', { who: who(now), reason: hostText(now.reason) }),
} as const;
