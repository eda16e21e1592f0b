import type { Jail, Room } from '../files/contract.ts';
import type { Handles } from './handles.ts';
import type { Fields } from './wire.ts';

/** What a request works on: one session's files. */
export interface VerbContext {
  jail: Jail;
  room: Room;
  /** Who deletes, for the trash. */
  by: string;
  handles: Handles;
  /** Size of the volume in bytes. */
  volumeBytes: () => number;
  /** Unix milliseconds. */
  now: () => number;
  /** Does a change and records it, with its failure if it fails. `detail` is a path, or two. */
  change<T>(action: string, detail: string, work: () => Promise<T>): Promise<T>;
}

/** Carries one request out and gives the reply. What it throws becomes the status. */
export type Verb = (context: VerbContext, id: number, fields: Fields) => Promise<Buffer>;
