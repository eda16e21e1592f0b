/** What the page and its commands are called: all of its texts that come with the first page. */
export const settingsNames = {
  themeCommands: { light: 'Theme: light', dark: 'Theme: dark', auto: 'Theme: like the system' },
  command: 'Settings of the host',
  title: 'Settings',
} as const;
