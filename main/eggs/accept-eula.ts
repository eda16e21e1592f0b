import { isDeepStrictEqual } from 'node:util';
import type { EggConfigFile } from '../../shared/model/egg.ts';

/** Set before each start as an egg's own files are (E5), so that it is there before the first one, and whatever an install does. */
const accepted: EggConfigFile = {
  path: 'eula.txt',
  parser: 'properties',
  create: true,
  find: [{ match: 'eula', value: 'true', when: [] }],
};

const isAcceptance = (file: EggConfigFile): boolean => isDeepStrictEqual(file, accepted);

/** Whether somebody has accepted the game's licence for the server of these files. Pure. */
export const hasAccepted = (files: readonly EggConfigFile[]): boolean => files.some(isAcceptance);

/** The files that its recipe sets, without the acceptance. Pure. */
export const withoutAcceptance = (files: readonly EggConfigFile[]): EggConfigFile[] =>
  files.filter((file) => !isAcceptance(file));

/** With the acceptance behind all others, so that it counts. Pure. */
export const withAcceptance = (files: readonly EggConfigFile[]): EggConfigFile[] => [
  ...withoutAcceptance(files),
  accepted,
];

/** Images that write the file themselves go by their variable; it is only set where the server has it. Pure. */
export const acceptedEnvironment = (environment: Readonly<Record<string, string>>): Record<string, string> =>
  'EULA' in environment ? { ...environment, EULA: 'TRUE' } : { ...environment };
