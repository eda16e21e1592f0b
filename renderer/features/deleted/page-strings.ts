/** Needed before the page is, apart from its other texts. */
export const pageStrings = {
  title: 'Deleted',
  command: 'Deleted servers and their files',
} as const;
