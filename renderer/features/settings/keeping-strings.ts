/** Apart from the others, which the first page loads. */
export const keepingStrings = {
  title: 'Backups and trash',
  help: 'Changes apply right away; a backup that is under way goes on as it began.',
  readRate: 'A backup reads at most',
  readRateHelp: '0: as fast as the disk is while nobody else wants it.',
  badRate: 'A whole number from 0 to 10000 is needed.',
  trashDays: 'What is deleted can be had back for',
  trashDaysHelp:
    'Files in the trash, and deleted servers. 0: nothing is kept. What is older goes within an hour.',
  badDays: 'A whole number from 0 to 365 is needed.',
  day: ' day',
  days: ' days',
} as const;
