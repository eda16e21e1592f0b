import { z } from 'zod';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { hasCrashed, type LastExit } from '../../../shared/model/server.ts';

/** So long (ms) a crash is told of after its server has come up again. */
export const recentMs = 24 * 3_600_000;
/** Most servers whose crash somebody has seen; the longest ago is forgotten first. */
const maxSeen = 500;

export interface RecentCrash {
  server: ServerSummary;
  exit: LastExit;
}

/** The time (Unix ms) of the crash that was seen last, by the server's id. */
type SeenCrashes = ReadonlyMap<string, number>;

/** Crashes that nothing else tells of any more, since their servers were started again; newest first, without those that were seen. */
export function recentCrashes(
  servers: readonly ServerSummary[],
  { seen, now }: { seen: SeenCrashes; now: number },
): RecentCrash[] {
  return servers
    .flatMap((server) => {
      const { state, last_exit: exit, internal_id: id } = server;
      // One that lies where it fell is told of by its state.
      if (state === 'exit' || !hasCrashed(exit) || now - exit.at > recentMs) return [];
      return exit.at > (seen.get(id) ?? 0) ? [{ server, exit }] : [];
    })
    .sort((a, b) => b.exit.at - a.exit.at);
}

const key = 'lightdeck.seen-crashes';
const keptSchema = z.array(z.tuple([z.string(), z.number()]));

/** Which crashes were seen in this browser. */
export class SeenCrashStorage {
  private readonly storage: () => Pick<Storage, 'getItem' | 'setItem'>;

  /** `storage` throws where it is forbidden. */
  constructor(storage: () => Pick<Storage, 'getItem' | 'setItem'>) {
    this.storage = storage;
  }

  /** None where nothing is kept or it can't be read. */
  read(): SeenCrashes {
    try {
      return new Map(keptSchema.parse(JSON.parse(this.storage().getItem(key) ?? '[]')));
    } catch {
      return new Map();
    }
  }

  /** Gives what is seen from now on, also where nothing can be kept. */
  add(seen: SeenCrashes, { server, exit }: RecentCrash): SeenCrashes {
    const others = [...seen].filter(([id]) => id !== server.internal_id);
    const all: [string, number][] = [...others, [server.internal_id, exit.at]];
    const kept = all.slice(-maxSeen);
    try {
      this.storage().setItem(key, JSON.stringify(kept));
    } catch {
      // A full or forbidden storage: it is told of again after a reload.
    }
    return new Map(kept);
  }
}
