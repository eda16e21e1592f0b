/** Texts of restoring an archive of another panel. */
export const archiveStrings = {
  title: 'From another panel',
  text: 'Backups of Pterodactyl, Pelican, Crafty, AMP and the like are archives of a server’s files. One can take the place of the files here.',
  open: 'Restore an archive',
  dialog: 'Restore an archive',
  path: 'Archive',
  pathHelp: 'Where it lies in this server’s files. zip, tar, and tar with gz, bz2, xz or zst.',
  upload: 'Upload one',
  clear: 'Delete what the archive has not',
  clearHelp: 'The archive itself stays. Without this, only files of the same name are replaced.',
  before:
    'All of it is read before anything is changed. A restore point is made first, so that this can be undone.',
  runs: 'The server runs. It is stopped for this, and started again afterwards.',
  noPower: 'The server runs, and your token doesn’t allow stopping it.',
  restore: 'Restore',
};
