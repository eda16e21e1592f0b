import type { DiffLine, EggChange } from '../../shared/http/egg-versions.ts';
import { hostText } from '../../shared/texts/host-text.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/egg-difference-strings.en.json';

const t = textsOf('ui/egg-difference-strings', en);

/** What stands before a line's text, as the host writes it. */
const labelled: Readonly<Record<string, (text: string) => string>> = {
  pattern: (text) => t('label.pattern', { text }),
  command: (text) => t('label.command', { text }),
  signal: (text) => t('label.signal', { text }),
  name: (text) => t('label.name', { text }),
  description: (text) => t('label.description', { text }),
  default: (text) => t('label.default', { text }),
  rules: (text) => t('label.rules', { text }),
  feature: (text) => t('label.feature', { text }),
  tag: (text) => t('label.tag', { text }),
  'not to be edited': (text) => t('label.notEdited', { text }),
  'newer versions': (text) => t('label.newer', { text }),
};
const whole: Readonly<Record<string, () => string>> = {
  'hidden or fixed': () => t('hidden'),
  'has a picture': () => t('picture'),
};
/** Parts of an egg whose lines have a label of the host's. All others are the egg's own text. */
const withLabels: readonly EggChange['part'][] = ['ready', 'stop', 'variables', 'other'];

export const strings = {
  title: t('title'),
  layoutOnly: t('layoutOnly'),
  /** A line of a difference: what the host says of it in the page's language, the egg's own text as it is. */
  line: (part: EggChange['part'], { kind, text }: DiffLine): string => {
    if (kind === 'gap') return hostText(text);
    if (!withLabels.includes(part)) return text;
    const [, label = '', rest = ''] = /^([a-z ]+): (.*)$/s.exec(text) ?? [];
    return labelled[label]?.(rest) ?? whole[text]?.() ?? text;
  },
};
