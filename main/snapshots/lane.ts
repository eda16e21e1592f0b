import type { StorePaths } from './format.ts';
import { LaneCore } from './lane-core.ts';

type Method = {
  [K in keyof LaneCore]: LaneCore[K] extends (...values: never[]) => unknown ? K : never;
}[keyof LaneCore];

/** A lane as its users see it: each call is answered in turn. Whoever opened it closes it. */
export type Lane = {
  [K in Method]: (...values: Parameters<LaneCore[K]>) => Promise<ReturnType<LaneCore[K]>>;
} & {
  /** Ends it at once; what it was doing rejects. */
  close(): Promise<void>;
};

export type OpenLane = (paths: StorePaths) => Lane;

/** A lane in the thread of whoever calls it. */
export const openLaneHere: OpenLane = (paths) => {
  const core = new LaneCore(paths);
  return {
    hash: async (slot, pieces) => core.hash(slot, pieces),
    put: async (slot, which) => core.put(slot, which),
    seal: async () => core.seal(),
    discard: async () => core.discard(),
    index: async (id) => core.index(id),
    verify: async (id) => core.verify(id),
    copy: async (copy) => core.copy(copy),
    zero: async (fd, at, length) => core.zero(fd, at, length),
    truncate: async (fd, size) => core.truncate(fd, size),
    read: async (pack, entry) => core.read(pack, entry),
    take: async (pack, index) => core.take(pack, index),
    close: async () => core.discard(),
  };
};
