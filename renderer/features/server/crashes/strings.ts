import type { AfterCrash, CrashKind, CrashReport, Mend } from '../../../../shared/model/crash.ts';
import { duration, moment } from '../../../ui/format.ts';

const headings: Record<CrashKind, string> = {
  crash: 'It crashed',
  ended: 'Its program ended by itself',
  outside: 'Somebody ended it from outside',
  engine: 'It went down with the Docker engine',
  start: 'It could not be started',
  install: 'It could not be installed',
};

export const strings = {
  region: 'Why it ended',
  heading: ({ kind, cause }: Pick<CrashReport, 'kind' | 'cause'>) => cause?.title ?? headings[kind],
  when: (at: number, ranMs: number | null, wasReady: boolean) =>
    ranMs === null
      ? moment(at)
      : `${moment(at)}, after ${duration(ranMs)}${wasReady ? '' : ', before it was up'}`,
  exit: (words: string) => `The program ${words}.`,
  after: (after: AfterCrash) => {
    if (after.next === 'restart')
      return after.attempt === 0
        ? 'It is started again when the engine answers.'
        : `Restarts: ${after.attempt} of ${after.of}.`;
    return after.next === 'given_up' ? `Restarts: ${after.of} of ${after.of}. It is not tried again.` : null;
  },
  compared: (words: string) => `This is the ${words}.`,
  child: 'A process that it had begun was ended by the system at the memory limit shortly before.',
  givenAway: 'The line that says so',
  lastLines: 'Its last lines',
  allLines: (count: number) => `Show all ${count} lines`,
  memory: 'Memory before it ended',
  memoryCurve: (most: string, limit: string | null) =>
    limit === null
      ? `Memory before it ended: ${most} at most`
      : `Memory before it ended: ${most} at most, limit ${limit}`,
  ofLimit: (most: string, limit: string | null) =>
    limit === null ? `${most} at most` : `${most} at most, limit ${limit}`,
  machine: 'On this machine shortly before',
  changes: 'Done before it',
  mend: ({ label, starts }: Mend, isUp: boolean) =>
    starts && label !== 'Start again' ? `${label} and ${isUp ? 'restart' : 'start'}` : label,
  lacks: (scopes: readonly string[]) => `Your token doesn’t allow this (${scopes.join(', ')}).`,
  start: 'Start again',
  changeImage: 'Change the image',
  delete: 'Delete',
  unreported: 'Mend the image or the install script and reinstall, or delete the server:',
  toSettings: 'to its settings',
  copy: 'Copy report',
  copied: 'Report copied, without secrets',
  copyFailed: 'The browser doesn’t allow copying, so it was saved as a file',
  whatElse: 'What else happened',
  dismiss: 'Dismiss',
  more: (count: number) => (count === 1 ? '1 earlier one' : `${count} earlier ones`),
  list: 'Crashes and other ends nobody asked for',
  none: 'There are none.',
  details: 'Details',
  close: 'Close',
  reading: 'reading this server’s console',
  restarting: (time: string, attempt: number, of: number) =>
    `Restarting in ${time} (try ${attempt} of ${of})`,
  restartsNow: (attempt: number, of: number) => `Restarting now (try ${attempt} of ${of})`,
  dontRestart: 'Don’t restart',
} as const;
