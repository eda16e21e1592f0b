export const strings = {
  tabOf: (tab: string, name: string) => `${name}: ${tab}`,
  copyAddress: (name: string) => `Copy the address of ${name}`,
  unknownServer: 'There is no server with this id.',
  unknownHelp: 'It may have been deleted. If one with this id is made, it appears here.',
  ended: (reason: string, at: string) => `${reason} at ${at}`,
  crashedLast: (at: string, reason: string) => `Last crash at ${at}: ${reason}`,
  stillStarting: (time: string) =>
    `Starting for ${time}: the line that says it is ready hasn’t come. If players can join, correct the ready pattern in Settings.`,
  isFull: 'Its volume is full: it can’t save.',
  toFiles: 'Make room',
  allTabs: 'All tabs',
  loading: 'Loading…',
  toOverview: 'To the overview',
} as const;
