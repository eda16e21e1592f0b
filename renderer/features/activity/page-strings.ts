/** Needed before the page is, apart from its other texts. */
export const pageStrings = {
  title: 'Activity',
  command: 'Activity of the host',
} as const;
