import type { StoredServer } from '../store/contract.ts';
import type { Command, MachineEvent, MachineState } from './machine/state.ts';

/** A server as its parts see it: what is known of it, and how it hears of facts. */
export interface ServerLink {
  readonly stored: StoredServer;
  readonly state: MachineState;
  dispatch(event: MachineEvent): void;
  save(changes: Partial<StoredServer>): void;
  /** No container runs: ports that only the last one had become free. */
  settlePorts(): void;
  /** In memory alone: it is written already, or will be with the next state. */
  keep(stored: StoredServer): void;
  /** Why the machine would refuse it now; null if it would not. */
  refusal(action: Command): string | null;
  notify(text: string): void;
}
