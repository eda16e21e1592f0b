import type { QueryKind } from '../../../shared/model/players.ts';

export interface QueryAddress {
  host: string;
  port: number;
}

/** What a server says of who plays. Nothing of it is checked yet but its form. */
export interface QueryAnswer {
  online: number;
  /** Null: it doesn't say. */
  max: number | null;
  /** Who they are, with how long they have been there in ms where it says so; null: it doesn't say. It may be fewer than `online`. */
  names: { name: string; forMs: number | null }[] | null;
}

/** Asks once. Rejects when it doesn't answer within the protocol's time, with what is no answer, or the signal's reason. */
export type PlayerQuery = (address: QueryAddress, signal: AbortSignal) => Promise<QueryAnswer>;

/** Asks by a kind of query. */
export type AskPlayers = (kind: QueryKind, ...asked: Parameters<PlayerQuery>) => ReturnType<PlayerQuery>;

/** What came is not what the protocol says. Its message is for people. */
export class BadAnswer extends Error {
  constructor(what = 'what it answered is not of that protocol') {
    super(what);
    this.name = 'BadAnswer';
  }
}
