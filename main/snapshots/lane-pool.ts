import { availableParallelism } from 'node:os';
import type { StorePaths } from './format.ts';
import type { Lane, OpenLane } from './lane.ts';
import { laneSlots } from './lane-core.ts';

/** Two at most: the game's own processors come first. */
export const defaultLanes = (): number => Math.min(2, Math.max(1, availableParallelism() - 1));

interface Place {
  lane: Lane;
  free: number[];
}

/** A store's lanes: work that asks for a slot of one waits for its turn, in the order in which it came. */
export class LanePool {
  private readonly places: Place[];
  private readonly waiting: (() => void)[] = [];

  constructor({ paths, openLane, count }: { paths: StorePaths; openLane: OpenLane; count: number }) {
    this.places = Array.from({ length: count }, () => ({
      lane: openLane(paths),
      free: Array.from({ length: laneSlots }, (_, slot) => slot),
    }));
  }

  get lanes(): Lane[] {
    return this.places.map(({ lane }) => lane);
  }

  /** Works with a slot of the lane that has most to spare. */
  async use<T>(work: (lane: Lane, slot: number) => Promise<T>): Promise<T> {
    let place = this.idlest();
    while (place.free.length === 0) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
      place = this.idlest();
    }
    const slot = place.free.pop() ?? 0;
    try {
      return await work(place.lane, slot);
    } finally {
      place.free.push(slot);
      this.waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }

  private idlest(): Place {
    const [first, ...others] = this.places;
    if (!first) throw new RangeError('no lanes');
    return others.reduce((best, place) => (place.free.length > best.free.length ? place : best), first);
  }
}
