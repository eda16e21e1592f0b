import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/egg-difference-strings.en.json';

const t = textsOf('ui/egg-difference-strings', en);

export const strings = {
  title: t('title'),
  layoutOnly: t('layoutOnly'),
};
