import { commonCauses } from './common-causes.ts';
import type { CauseEntry } from './entry.ts';
import { gameCauses } from './game-causes.ts';
import { lastCauses, machineCauses } from './machine-causes.ts';

/** All causes that are known, in the order in which they are believed. */
export const causeCatalogue: readonly CauseEntry[] = [
  ...machineCauses,
  ...gameCauses,
  ...commonCauses,
  ...lastCauses,
];
