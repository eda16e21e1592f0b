import type { StorePaths } from './format.ts';
import type { LaneCore } from './lane-core.ts';
import type { LaneMethod } from './lane-messages.ts';

/** A lane as its users see it: each call is answered in turn. Whoever opened it closes it. */
export type Lane = {
  [K in LaneMethod]: (...values: Parameters<LaneCore[K]>) => Promise<ReturnType<LaneCore[K]>>;
} & {
  /** Ends it at once; what it was doing rejects. */
  close(): Promise<void>;
};

export type OpenLane = (paths: StorePaths) => Lane;
