import type { PlayerCount, PlayersSetting, QueryKind } from '../../shared/model/players.ts';
import type { PortBinding, WireState } from '../../shared/model/server.ts';
import type { ConsoleBatch } from '../console/console-output.ts';

/** What is heard of a server, in the order in which it happened. */
export interface ServerEar {
  batch(batch: ConsoleBatch): void;
  state(state: WireState): void;
}

/** What the count of players needs of the servers' channels. */
export interface PlayersChannels {
  /** Ends with the disposer. */
  listen(server: string, ear: ServerEar): () => void;
  /** How many play, to be shown wherever the server is; null: nobody knows. */
  show(server: string, count: PlayerCount | null): void;
}

/** A server as its players are counted. */
export interface CountedServer {
  setting: PlayersSetting;
  ports: readonly PortBinding[];
  state: WireState;
  /** Names its present run, the same for as long as that goes on, also to a host that comes after; null: it has none, or nobody knows yet. */
  run: string | null;
}

/** Reads a console's text from an offset on, up to what was told by now. `from` is greater where older text is gone. */
export type ReadConsole = (after: number) => Promise<{ data: string; from: number; to: number }>;

/** Where a query of that kind goes; in words why there is nothing to ask. */
export type QueryTarget = { kind: QueryKind; host: string; port: number } | { why: string };
