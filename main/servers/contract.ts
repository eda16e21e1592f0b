import type { ResourceChanges } from '../../shared/http/resources.ts';
import type { Progress } from '../../shared/model/progress.ts';
import type {
  InstallState,
  LastExit,
  RunsAs,
  ServerDefinition,
  WireState,
} from '../../shared/model/server.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import type { LogSearch, Logs, LogsQuery } from '../console/console-logs.ts';
import type { HistoryFound } from '../console/search-history.ts';
import type { DefinitionChanges } from './definition/changes.ts';
import type { Rebinding } from './definition/rebind.ts';
import type { RegistryEvent } from './registry/registry-event.ts';

/** One server as it is right now. `started_at` is Unix milliseconds of the current run, null when it doesn't run. */
export interface ServerView {
  definition: ServerDefinition;
  install_state: InstallState;
  /** Why the install failed, in words; null unless it did. */
  install_error: string | null;
  state: WireState;
  container_id: string | null;
  started_at: number | null;
  /** Fields of the definition that its container was made without. */
  pending_restart: string[];
  /** The image of its last start, or of its install, by a name that stays; null before. */
  image_version: string | null;
  last_exit: LastExit | null;
  /** A19. */
  runs_as: RunsAs;
}

/** How an update of the resources ended: in force now, or kept for the next start. */
export type UpdatedResources = 'Resources updated' | 'Resources updated for the next start';

/** What a new install may change. `updated_at` is Unix seconds; what is left out stays. */
export type InstallChanges = Pick<ServerDefinition, 'updated_at'> &
  Partial<Pick<ServerDefinition, 'image' | 'install_script'>>;

/**
 * The servers of this host. Refusals are LightdeckError. What is accepted runs on in the background (A4): its progress
 * and its failure come by socket.
 */
export interface Servers {
  /** What happens to servers; returns what ends it. */
  onEvent(listener: (event: RegistryEvent) => void): () => void;
  /**
   * Resolves when it is known whether an engine answers and what the servers are doing, at the latest after a few
   * seconds: so that the first request after a start isn't refused since the search has only begun. Never rejects.
   */
  whenReconciled(): Promise<void>;
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
  /** Types into its console, byte for byte; the line's end is the caller's. Throws `not_found`, or `busy` with the reason why it can't. */
  sendCommand(id: string, command: string): void;
  /**
   * A5: gives the server other ports, all or nothing. One that runs is restarted for them, gracefully; else they take hold
   * at its next start. Synchronous: when it throws, nothing was changed. Throws `not_found`, `invalid` (while it is being
   * installed, or a port can't be had), `busy` or `engine_unreachable`.
   */
  rebind(id: string, rebinding: Rebinding, by: string): void;
  /**
   * A6: installs it anew on the volume as it is. The container of its last run goes, its console history stays. Throws
   * `not_found`, `busy` (it runs, or something is under way) or `engine_unreachable`, and then nothing was changed.
   */
  reinstall(id: string, changes: InstallChanges, by: string): void;
  /**
   * Removes the container, then the record with its ports, not the volume. The id stays taken until the promise resolves.
   * Throws `not_found`, `busy` or `engine_unreachable`.
   */
  remove(id: string): Promise<void>;
  /**
   * Changes a definition at once; the fields that wait for the server's next start. Throws `not_found`, or `busy` while it is being
   * set up.
   */
  change(id: string, changes: DefinitionChanges): string[];
  /**
   * A11: returns when the update is accepted; the engine's answer comes by socket, and only then are the values stored. Throws
   * `invalid`, `not_found`, `busy`, or `engine_unreachable` while nobody knows whether it runs. The promise, which need not be
   * looked at, is of the update's end; it rejects with LightdeckError if nothing was changed.
   */
  updateResources(id: string, changes: ResourceChanges): Promise<UpdatedResources>;
  /** S14, X2: the last `lines` lines that end at or before the offset `before` (default: now). Throws `not_found`, `busy`. */
  logs(id: string, query: LogsQuery): Promise<Logs>;
  searchLogs(id: string, search: LogSearch): Promise<HistoryFound>;
  /** X5: sends a progress frame to the sockets of every server that has this volume. How often is the caller's business. */
  notifyVolume(volumeId: string, progress: Progress): void;
}
