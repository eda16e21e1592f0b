import type { Disposers } from './disposers.ts';
import type { Engine } from './engine.ts';
import type { Fleet } from './fleet.ts';
import type { HostSetup } from './host.ts';
import type { Chapter } from './report.ts';

/** What a scenario gets. */
export interface Context {
  engine: Engine;
  socketPath: string;
  setup: HostSetup;
  /** Run when the scenario ends, however it does. */
  disposers: Disposers;
  /** Small sizes: shows that it works, not how fast. */
  quick: boolean;
  /** How many files are backed up; null: as many as `quick` says. */
  files: number | null;
  /** Parts of the names of the cases to be measured; none: all of them. */
  cases: readonly string[];
  /** One host with many running servers, made once for all scenarios that want it. */
  fleet: () => Promise<Fleet>;
  /** A line for whoever waits. */
  say: (line: string) => void;
}

export type Scenario = (context: Context) => Promise<Chapter>;
