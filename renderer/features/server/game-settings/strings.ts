/** All texts of the tab *Game settings*. */
export const strings = {
  adopted: 'Its files are where its container was made',
  what: 'seeing this server’s game settings',
  file: 'File',
  nothing: 'No settings yet',
  nothingHelp:
    'The files in which this game keeps its settings are shown here as forms. Most games write them when they start for the first time.',
  lookAgain: 'Look again',
  search: 'Find a setting',
  noneFound: (text: string) => `Nothing here is called “${text}”.`,
  empty: 'Nothing is set in this file.',
  more: (count: number) => `${count} more: find them by name.`,
  leftOut: (count: number) =>
    count === 1
      ? 'One more value can only be changed in the text.'
      : `${count} more values can only be changed in the text.`,
  asText: 'Edit as text',
  managed: 'Set anew before each start, by the recipe of this server.',
  save: (count: number) => (count === 0 ? 'Save' : count === 1 ? 'Save one change' : `Save ${count} changes`),
  revert: 'Discard',
  saved: 'Saved. Most games read it when they start.',
  notSaved: 'Not saved',
  changedMeanwhile: 'Somebody else, or the game, has changed this file since it was read.',
  readAgain: 'Read it again, and keep what is typed',
  readOnly: 'Your token may look at these files, not change them.',
  runs: 'The server runs: most games read their settings only when they start, and some write over them when they end.',
} as const;
