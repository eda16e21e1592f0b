/** What the page and its commands are called: all of its texts that come with the first page. */
export const sharingNames = {
  title: 'Network',
  command: 'Network and sharing',
} as const;
