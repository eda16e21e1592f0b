/** What a server needs of its image: the same in the form of a new one and in its settings. */
export const imageStrings = {
  dataPath: 'The image’s data folder',
  dataPathHelp:
    'Where the image keeps its data, like /data; the server’s files appear there, too. Empty: none.',
  timeZone: 'Time zone',
  timeZoneHelp: 'Like Europe/Berlin. Empty: that of the host’s machine, or what the image says.',
  owner: 'Owner of the files',
  ownerHelp:
    'A user of the image, like 1000 or games:games, for a game that starts as root and steps down to it. Empty: the image’s own user.',
  readOnlyRoot: 'The image’s files can’t be changed',
  readOnlyRootHelp:
    'Only the server’s own folder, its mounts and /tmp can be written to: safer, but not every image bears it.',
} as const;
