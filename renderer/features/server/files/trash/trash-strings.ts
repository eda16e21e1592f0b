const things = (count: number): string => (count === 1 ? '1 thing' : `${count.toLocaleString()} things`);
const by = (who: string): string => (who === '' ? '' : ` by ${who}`);
const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);

export const trashStrings = {
  title: 'Trash',
  back: 'Back to the files',
  see: 'seeing the trash',
  empty: 'The trash is empty',
  emptyHelp: (keepDays: number) =>
    keepDays === 0
      ? 'This host keeps nothing of what is deleted.'
      : `What is deleted or replaced can be had back here for ${days(keepDays)}.`,
  help: (count: number, size: string, keepDays: number) =>
    `${things(count)}, ${size}. Kept for ${days(keepDays)}, and counted as used until then. When room is needed, the oldest go first.`,
  restore: 'Restore',
  restoreOne: (name: string) => `Restore ${name}`,
  remove: 'Delete for good',
  emptyIt: 'Empty the trash',
  removeTitle: (count: number) => `Delete ${things(count)} for good?`,
  removeText: 'This can’t be undone.',
  select: (name: string) => `Select ${name}`,
  selectAll: (count: number) => `Select all ${count.toLocaleString()}`,
  older: (count: number) => `… and ${things(count)} that are older`,
  unknownPlace: 'Something whose name was lost',
  folder: 'Folder',
  causes: {
    deleted: (when: string, who: string) => `deleted ${when}${by(who)}`,
    replaced: (when: string, who: string) => `replaced ${when}${by(who)}`,
  },
  restored: (paths: readonly string[]) =>
    paths.length === 1 ? `${paths[0]} is back.` : `${things(paths.length)} are back.`,
  notRestored: (count: number, problem: string) => `${things(count)} could not come back: ${problem}`,
  notEmptied: 'The trash could not be emptied',
  emptying: 'The trash is being emptied.',
  removed: (count: number, freed: string) => `${things(count)} deleted for good, ${freed} freed.`,
  deleted: (count: number, name: string) =>
    count === 1 ? `${name} is in the trash.` : `${count.toLocaleString()} entries are in the trash.`,
  deletedForGood: (count: number, name: string) =>
    count === 1
      ? `${name} was deleted for good.`
      : `${count.toLocaleString()} entries were deleted for good.`,
} as const;
