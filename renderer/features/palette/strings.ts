import { textsOf } from '../../texts/messages.ts';
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
  shortcutsTitle: t('shortcutsTitle'),
  shortcutGroups: [
    {
      title: t('shortcutGroups.0.title'),
      keys: [
        { keys: ['Mod', 'K'], does: 'Find servers, pages and actions' },
        { keys: ['?'], does: 'This list' },
        { keys: ['Tab'], does: 'To the next control; the first one skips to the content' },
        { keys: ['Esc'], does: 'Close what is open' },
      ],
    },
    {
      title: t('shortcutGroups.1.title'),
      keys: [
        { keys: ['1', '…', '9'], does: 'To a tab by its place' },
        { keys: ['J', 'K'], does: 'To the next server, to the one before' },
        { keys: ['Alt', 'Shift', 'S'], does: 'Start' },
        { keys: ['Alt', 'Shift', 'X'], does: 'Stop' },
        { keys: ['Alt', 'Shift', 'R'], does: 'Restart' },
      ],
    },
    {
      title: t('shortcutGroups.2.title'),
      keys: [
        { keys: ['/'], does: 'To the command line' },
        { keys: ['↑', '↓'], does: 'Earlier commands' },
        { keys: ['Tab'], does: 'Complete from earlier commands' },
        { keys: ['Mod', 'F'], does: 'Search the console' },
        { keys: ['Esc'], does: 'Leave the command line or the search' },
      ],
    },
    {
      title: t('shortcutGroups.3.title'),
      keys: [
        { keys: ['↑', '↓'], does: 'From name to name; with Shift, select them' },
        { keys: ['Space'], does: 'Select or unselect' },
        { keys: ['Mod', 'A'], does: 'Select all' },
        { keys: ['Esc'], does: 'Select nothing' },
        { keys: ['Enter'], does: 'Open' },
        { keys: ['F2'], does: 'Rename' },
        { keys: ['Del'], does: 'Delete, after asking' },
      ],
    },
  ],
} as const;
