import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/image-strings.en.json';

const t = textsOf('ui/image-strings', en);

/** What a server needs of its image: the same in the form of a new one and in its settings. */
export const imageStrings = {
  dataPath: t('dataPath'),
  dataPathHelp: t('dataPathHelp'),
  timeZone: t('timeZone'),
  timeZoneHelp: t('timeZoneHelp'),
  owner: t('owner'),
  ownerHelp: t('ownerHelp'),
  readOnlyRoot: t('readOnlyRoot'),
  readOnlyRootHelp: t('readOnlyRootHelp'),
} as const;
