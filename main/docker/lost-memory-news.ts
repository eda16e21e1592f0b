import type { EngineEvent } from './contract.ts';

/** A kill for memory and the end that it led to are told within this of each other, in ms. */
const togetherMs = 10_000;
/** Containers that are remembered; of more those of the longest ago are forgotten. */
const maxRemembered = 256;

/** The engine's news, with those of full memory that it has lost: what the kernel itself knows is put in before the end that came of it. */
export class LostMemoryNews {
  private readonly hasJustKilled: (id: string) => boolean;
  /** When full memory was last told, by container, and whether by us. */
  private readonly told = new Map<string, { at: number; isPutIn: boolean }>();

  /** `hasJustKilled`: of a container's full id, see `MemoryKills`. */
  constructor(hasJustKilled: (id: string) => boolean) {
    this.hasJustKilled = hasJustKilled;
  }

  /** What is to be told when the engine tells this, in order. */
  complete(event: EngineEvent): EngineEvent[] {
    if (event.type === 'start') this.told.delete(event.id);
    const before = this.told.get(event.id);
    const isTold = before !== undefined && Math.abs(event.at - before.at) <= togetherMs;
    if (event.type === 'oom') {
      this.remember(event, false);
      // The engine's own news of what was put in its place come late, but were not lost.
      return isTold && before.isPutIn ? [] : [event];
    }
    if (event.type !== 'die' || event.exitCode === 0 || isTold || !this.hasJustKilled(event.id))
      return [event];
    this.remember(event, true);
    const { id, internalId, at } = event;
    return [{ type: 'oom', id, internalId, at }, event];
  }

  private remember({ id, at }: EngineEvent, isPutIn: boolean): void {
    this.told.delete(id);
    this.told.set(id, { at, isPutIn });
    for (const oldest of this.told.keys()) {
      if (this.told.size <= maxRemembered) break;
      this.told.delete(oldest);
    }
  }
}
