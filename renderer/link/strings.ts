import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/strings.en.json';

const t = textsOf('link/strings', en);

/** Why there is no session, or none any more. */
export const strings = {
  notAccepted: t('notAccepted'),
  linkUsed: t('linkUsed'),
  tooMany: t('tooMany'),
  answered: (status: number) => t('answered', { status }),
  unreachable: t('unreachable'),
  replace: t('replace'),
  expired: t('expired'),
  unknown: t('unknown'),
} as const;
