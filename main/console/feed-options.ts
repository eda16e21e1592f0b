import type { Engine, StreamName } from '../docker/contract.ts';
import type { Log } from '../lib/log.ts';
import type { ConsoleOutput } from './console-output.ts';
import type { TailBuffer } from './tail-buffer.ts';

/** Ends of the text of each stream, kept over re-attachments to one container, to recognise our place in its log. */
export type StreamTails = Map<StreamName, TailBuffer>;

export interface ConsoleFeedOptions {
  engine: () => Engine;
  containerId: string;
  tty: boolean;
  /** Whether its standard input is attached as well; missing: it is. */
  input?: boolean;
  output: ConsoleOutput;
  tails: StreamTails;
  log: Log;
  /** Sees every text right after it went into the history. */
  onText: (text: Buffer) => void;
  /** The engine's log was rotated past our place: what was printed in between is lost. */
  onHole: () => void;
  /** The history's counts were lost; its text was found in the engine's log, or (false) is nowhere in it. */
  onCountsLost: (isFound: boolean) => void;
  /**
   * There is no live text any more, told once. `null`: the attachment ended in order, as it does when the container ends, or
   * with the engine's connection. Otherwise why it had to be given up: it broke, or brought bytes that make no sense.
   */
  onEnd: (problem: string | null) => void;
}
