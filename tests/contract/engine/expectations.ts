import { aroundExpectations } from './around.ts';
import type { Expectation } from './lab.ts';
import { lifeExpectations } from './life.ts';
import { logExpectations } from './log.ts';
import { streamExpectations } from './streams.ts';

/** What is true of every engine. Where the fake and a real one differ, the fake is wrong. */
export const engineExpectations: Expectation[] = [
  ...lifeExpectations,
  ...streamExpectations,
  ...logExpectations,
  ...aroundExpectations,
];
