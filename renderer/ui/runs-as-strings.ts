import type { RunsAs } from '../../shared/model/server.ts';

const modes = { host: 'The host’s user', image: 'The image’s user', root: 'Root' } as const;

/** Who it is, in numbers where they are known. */
const who = ({ mode, uid, gid }: RunsAs): string =>
  uid === null ? modes[mode].toLowerCase() : `${modes[mode].toLowerCase()} (${uid}:${gid ?? uid})`;

export const runsAsStrings = {
  label: 'Runs as',
  help: 'The host’s user keeps the files yours. Some images need a user of their own, or root.',
  byDefault: 'What suits the host',
  modes,
  /** A19: what is in force, and why. */
  now: (now: RunsAs): string => `Runs as ${who(now)}: ${now.reason}.`,
} as const;
