import fc from 'fast-check';
import { isLong } from './lane.ts';

/**
 * Before each test file: property tests try the same cases in each run, so that a run fails by what was changed and by nothing else.
 * `npm test -- --long` tries new ones each time; what it finds gets a test of its own.
 */
if (!isLong) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 8070 });
