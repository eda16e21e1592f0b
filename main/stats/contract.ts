import type { Stats } from '../../shared/protocol/server-events.ts';
import type { StatsReading } from '../docker/contract.ts';

/** A running container, as the sampler needs it. `pid` is the engine's figure for its first process. */
export interface SampleTarget {
  containerId: string;
  pid: number | null;
}

/** A reading with the name of the process in whose life its totals grow: another name, and they began again at 0. */
export interface RunReading {
  run: string;
  reading: StatsReading;
}

/** S7: takes a sample a second of each server that is running and wanted, one reading of a server in flight at most. */
export interface StatsSampler {
  /** The server runs in this container from now on. */
  track(server: string, target: SampleTarget): void;
  /** It stopped: listeners get one last sample with CPU and memory 0 (totals as they were). */
  untrack(server: string): void;
  /** Forgets the server, the last sample too. */
  forget(server: string): void;
  /** Somebody wants this server's samples; returns the disposer. Nothing is sampled that nobody wants. */
  want(server: string): () => void;
  last(server: string): Stats | null;
  /**
   * One reading now, wanted or not; the last one where somebody watches, so at most a second old. Null if the server is not
   * known to run, or could not be read. Never rejects.
   */
  read(server: string): Promise<RunReading | null>;
  onSample(listener: (event: { server: string; stats: Stats }) => void): () => void;
  close(): void;
}
