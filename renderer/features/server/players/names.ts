/** What the tab is called: all of its texts that come with the first page. */
export const playersNames = {
  tab: 'Players',
  tabCommand: 'Players: who is on, earlier visits, kick',
} as const;
