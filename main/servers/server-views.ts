import { gameOf } from '../../shared/model/game.ts';
import type { ServerSummary } from '../../shared/model/host.ts';
import type { PlayerCount } from '../../shared/model/players.ts';
import type { PendingRestart, ServerDefinition } from '../../shared/model/server.ts';
import type { UserIds } from '../lib/host-user.ts';
import type { StoredServer } from '../store/contract.ts';
import { pendingFields } from './container/fingerprint.ts';
import { versionOf } from './container/image-version.ts';
import { runsAs } from './container/runs-as.ts';
import type { ServerView } from './contract.ts';
import { maxCrashes } from './machine/run.ts';
import { type MachineState, wireState } from './machine/state.ts';

/** A server as the routes show it. Pure. */
export function viewOf(stored: StoredServer, state: MachineState, host: UserIds | null): ServerView {
  const { definition, install_state, install_error, container_id } = stored;
  return {
    definition,
    install_state,
    install_error,
    state: wireState(state),
    container_id,
    started_at: startOf(state),
    pending_restart: pendingFields(stored.made_with, definition, wireState(state)),
    image_version: versionOf(stored.made_from),
    last_exit: state.lastExit,
    runs_as: runsAs(definition, host),
  };
}

/** A server that was accepted and is still being set up. Pure. */
export function creatingView(
  { definition, install_state, install_error, container_id, last_exit }: StoredServer,
  host: UserIds | null,
): ServerView {
  return {
    definition,
    install_state,
    install_error,
    state: 'installing',
    container_id,
    started_at: null,
    pending_restart: [],
    image_version: null,
    last_exit,
    runs_as: runsAs(definition, host),
  };
}

/** A server as the host's socket shows it, with its newest figures. Pure. */
export function summaryOf(
  definition: ServerDefinition,
  state: MachineState,
  { stats, players }: { stats: ServerSummary['stats']; players: PlayerCount | null },
): ServerSummary {
  const { internal_id, name, image, ports, limits, tags } = definition;
  return {
    internal_id,
    name,
    image,
    game: gameOf(definition),
    tags,
    ports,
    limits,
    state: wireState(state),
    started_at: startOf(state),
    stats,
    last_exit: state.lastExit,
    players,
  };
}

/** The start that follows a crash by itself, due at that time (Unix ms); null: none does. Pure. */
export function nextStartOf({ phase, crashes }: MachineState, at: number | null): PendingRestart | null {
  if (at === null || phase.name !== 'offline' || phase.pending !== 'crash') return null;
  return { at, attempt: Math.max(1, crashes), of: maxCrashes };
}

/** When its present run began, in Unix milliseconds; null without one. */
function startOf({ phase }: MachineState): number | null {
  return phase.name === 'running' || phase.name === 'starting' || phase.name === 'stopping'
    ? phase.startedAt
    : null;
}
