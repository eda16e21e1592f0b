import { textsOf } from '../../../shared/texts/messages.ts';
import en from './texts/strings.en.json';

const t = textsOf('features/palette/strings', en);

export const strings = {
  title: t('title'),
  placeholder: t('placeholder'),
  groups: {
    recent: t('groups.recent'),
    servers: t('groups.servers'),
    actions: t('groups.actions'),
    pages: t('groups.pages'),
    settings: t('groups.settings'),
    files: t('groups.files'),
  },
  results: (count: number) => t('results', { count }),
  nothing: (query: string) => t('nothing', { query }),
  tryOther: t('tryOther'),
  shortcuts: t('shortcuts'),
  shortcutKeywords: t('shortcutKeywords'),
  shortcutsTitle: t('shortcutsTitle'),
  shortcutGroups: [
    {
      title: t('shortcutGroups.0.title'),
      keys: [
        { keys: ['Mod', 'K'], does: t('shortcutGroups.0.0') },
        { keys: ['?'], does: t('shortcutGroups.0.1') },
        { keys: ['Tab'], does: t('shortcutGroups.0.2') },
        { keys: ['Esc'], does: t('shortcutGroups.0.3') },
      ],
    },
    {
      title: t('shortcutGroups.1.title'),
      keys: [
        { keys: ['1', '…', '9'], does: t('shortcutGroups.1.0') },
        { keys: ['J', 'K'], does: t('shortcutGroups.1.1') },
        { keys: ['Alt', t('keys.shift'), 'S'], does: t('shortcutGroups.1.2') },
        { keys: ['Alt', t('keys.shift'), 'X'], does: t('shortcutGroups.1.3') },
        { keys: ['Alt', t('keys.shift'), 'R'], does: t('shortcutGroups.1.4') },
      ],
    },
    {
      title: t('shortcutGroups.2.title'),
      keys: [
        { keys: ['/'], does: t('shortcutGroups.2.0') },
        { keys: ['↑', '↓'], does: t('shortcutGroups.2.1') },
        { keys: ['Tab'], does: t('shortcutGroups.2.2') },
        { keys: ['Mod', 'F'], does: t('shortcutGroups.2.3') },
        { keys: ['Esc'], does: t('shortcutGroups.2.4') },
      ],
    },
    {
      title: t('shortcutGroups.3.title'),
      keys: [
        { keys: ['↑', '↓'], does: t('shortcutGroups.3.0') },
        { keys: [t('keys.space')], does: t('shortcutGroups.3.1') },
        { keys: ['Mod', 'A'], does: t('shortcutGroups.3.2') },
        { keys: ['Esc'], does: t('shortcutGroups.3.3') },
        { keys: [t('keys.enter')], does: t('shortcutGroups.3.4') },
        { keys: ['F2'], does: t('shortcutGroups.3.5') },
        { keys: [t('keys.del')], does: t('shortcutGroups.3.6') },
      ],
    },
  ],
} as const;
