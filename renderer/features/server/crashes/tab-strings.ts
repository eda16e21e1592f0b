/** Apart from the others, since they are here from the first moment. */
export const tabStrings = { tab: 'Crashes', tabCommand: 'crashes and why' } as const;
