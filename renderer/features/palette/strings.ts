export const strings = {
  title: 'Find servers, pages and actions',
  placeholder: 'Find a server, a page or an action…',
  groups: {
    recent: 'Recent',
    servers: 'Servers',
    actions: 'Actions',
    pages: 'Pages',
    settings: 'Settings',
    files: 'Files',
  },
  results: (count: number) => (count === 0 ? 'Nothing found' : count === 1 ? '1 result' : `${count} results`),
  nothing: (query: string) => `Nothing fits “${query}”.`,
  tryOther: 'Try a server’s name, its address, a state such as “crashed”, or an action such as “restart”.',
  shortcuts: 'Keyboard shortcuts',
  shortcutsTitle: 'Keyboard shortcuts',
  shortcutGroups: [
    {
      title: 'Everywhere',
      keys: [
        { keys: ['Mod', 'K'], does: 'Find servers, pages and actions' },
        { keys: ['?'], does: 'This list' },
        { keys: ['Tab'], does: 'To the next control; the first one skips to the content' },
        { keys: ['Esc'], does: 'Close what is open' },
      ],
    },
    {
      title: 'On a server’s page',
      keys: [
        { keys: ['1', '…', '9'], does: 'To a tab by its place' },
        { keys: ['J', 'K'], does: 'To the next server, to the one before' },
        { keys: ['Alt', 'Shift', 'S'], does: 'Start' },
        { keys: ['Alt', 'Shift', 'X'], does: 'Stop' },
        { keys: ['Alt', 'Shift', 'R'], does: 'Restart' },
      ],
    },
    {
      title: 'In a server’s console',
      keys: [
        { keys: ['/'], does: 'To the command line' },
        { keys: ['↑', '↓'], does: 'Earlier commands' },
        { keys: ['Tab'], does: 'Complete from earlier commands' },
        { keys: ['Mod', 'F'], does: 'Search the console' },
        { keys: ['Esc'], does: 'Leave the command line or the search' },
      ],
    },
    {
      title: 'In a server’s files',
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
