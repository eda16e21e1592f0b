import type { InstallState, LastExit, ServerDefinition, WireState } from '../../shared/model/server.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';

/** One server as it is right now. `started_at` is Unix milliseconds of the current run, null when it doesn't run. */
export interface ServerView {
  definition: ServerDefinition;
  install_state: InstallState;
  /** Why the install failed, in words; null unless it did. */
  install_error: string | null;
  state: WireState;
  container_id: string | null;
  started_at: number | null;
  last_exit: LastExit | null;
}

/**
 * The servers of this host. Refusals are LightdeckError. What is accepted runs on in the background (A4): its progress
 * and its failure come by socket.
 */
export interface Servers {
  /**
   * Resolves when it is known whether an engine answers and what the servers are doing, at the latest after a few
   * seconds: so that the first request after a start isn't refused since the search has only begun. Never rejects.
   */
  settled(): Promise<void>;
  /**
   * Takes the server into the registry and starts its install (A6). Its ports are claimed already. Synchronous: when it
   * throws (`conflict` for a taken id, `invalid`) nothing was kept and nothing runs.
   */
  create(definition: ServerDefinition): void;
  list(): ServerView[];
  get(id: string): ServerView | null;
  /**
   * Returns when the action is accepted (S13). Throws `not_found`, `busy` (another action is under way), `conflict`
   * (nothing to do in this state) or `engine_unreachable`. `by` is the token's label, for the record.
   */
  power(id: string, action: PowerAction, by: string): void;
  /**
   * Removes the container and the record, not the volume. The id stays taken until the promise resolves: the caller
   * frees its ports at once after that. Throws `not_found`, `busy` or `engine_unreachable`.
   */
  remove(id: string): Promise<void>;
}
