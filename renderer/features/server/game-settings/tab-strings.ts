/** The tab's names, apart from its other texts: they are needed before the tab is. */
export const tabStrings = { tab: 'Game settings', command: 'game settings' } as const;
